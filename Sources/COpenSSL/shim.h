// SPDX-License-Identifier: Apache-2.0
// The one-shot digest of OpenSSL 3 looks its algorithm up on each call; the plain SHA256_* functions do not.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/aes.h>
#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// A macro with a size that does not reach Swift.
static inline long bio_bytes(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }
