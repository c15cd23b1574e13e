// SPDX-License-Identifier: Apache-2.0
// The one-shot digest of OpenSSL 3 looks its algorithm up on each call; the plain SHA256_* functions do not.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/aes.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
