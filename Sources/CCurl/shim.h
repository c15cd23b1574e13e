// SPDX-License-Identifier: Apache-2.0
#include <curl/curl.h>

// Functions with a variable number of arguments do not reach Swift; these set one option each.
static inline CURLcode curl_set_long(CURL *handle, CURLoption option, long value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode curl_set_text(CURL *handle, CURLoption option, const char *value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode curl_set_bytes(CURL *handle, const void *bytes, long count) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, count);
    return curl_easy_setopt(handle, CURLOPT_POSTFIELDS, bytes);
}
static inline CURLcode curl_set_headers(CURL *handle, struct curl_slist *list) { return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, list); }
static inline CURLcode curl_set_writer(CURL *handle, size_t (*write)(char *, size_t, size_t, void *), void *target) {
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, target);
    return curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, write);
}
static inline CURLcode curl_set_header_writer(CURL *handle, size_t (*write)(char *, size_t, size_t, void *), void *target) {
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, target);
    return curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, write);
}
static inline CURLcode curl_set_list(CURL *handle, CURLoption option, struct curl_slist *list) { return curl_easy_setopt(handle, option, list); }
static inline CURLcode curl_set_reader(CURL *handle, size_t (*read)(char *, size_t, size_t, void *), void *source) {
    curl_easy_setopt(handle, CURLOPT_READDATA, source);
    return curl_easy_setopt(handle, CURLOPT_READFUNCTION, read);
}
static inline long curl_status(CURL *handle) {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
}
