/* sign.c - SM2 with SM3. The distinguishing id is always set: libcrypto's default is the empty id, and others' differ. */
#include "common/crypto/sign.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/crypto/key_file.h"

#define DISTINGUISHING_ID "1234567812345678"

struct sign_key {
  EVP_PKEY *pkey;
  bool has_secret;
  uint8_t point[SIGN_PUBLIC_SIZE];
};

static const char *crypto_problem(const char *what) {
  char reason[256];
  ERR_error_string_n(ERR_get_error(), reason, sizeof(reason));
  ERR_clear_error();
  return problem_text("%s: %s", what, reason);
}

/* Takes pkey over. NULL when it is no SM2 key. */
static struct sign_key *wrap(EVP_PKEY *pkey, bool has_secret) {
  struct sign_key *key = calloc(1, sizeof(*key));
  size_t length = 0;
  if (!key || !EVP_PKEY_is_a(pkey, "SM2") ||
      EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, key->point, sizeof(key->point), &length) != 1 ||
      length != SIGN_PUBLIC_SIZE || key->point[0] != 4) {
    free(key);
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    return NULL;
  }
  key->pkey = pkey;
  key->has_secret = has_secret;
  return key;
}

static bool write_pair(EVP_PKEY *pkey, const char *path, const char **problem) {
  BIO *memory = BIO_new(BIO_s_secmem());
  char *pem = NULL, public_path[4096], hex[2 * SIGN_PUBLIC_SIZE + 2];
  uint8_t point[SIGN_PUBLIC_SIZE];
  size_t point_length = 0;
  bool good = false;
  snprintf(public_path, sizeof(public_path), "%s.pub", path);
  if (!memory || PEM_write_bio_PKCS8PrivateKey(memory, pkey, NULL, NULL, 0, NULL, NULL) != 1 ||
      EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, point, sizeof(point), &point_length) != 1 ||
      point_length != SIGN_PUBLIC_SIZE) {
    *problem = crypto_problem("cannot write the SM2 key");
  } else {
    long pem_length = BIO_get_mem_data(memory, &pem);
    hex_encode(point, sizeof(point), hex);
    hex[2 * SIGN_PUBLIC_SIZE] = '\n';
    good = key_file_write(path, true, pem, (size_t)pem_length, problem) && key_file_write(public_path, false, hex, 2 * SIGN_PUBLIC_SIZE + 1, problem);
    OPENSSL_cleanse(pem, (size_t)pem_length);
  }
  BIO_free(memory);
  return good;
}

bool sign_key_generate(const char *path, const char **problem) {
  EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
  if (!pkey) {
    *problem = crypto_problem("cannot make an SM2 key");
    return false;
  }
  bool good = write_pair(pkey, path, problem);
  EVP_PKEY_free(pkey);
  return good;
}

static struct sign_key *open_pem(const char *path, const char *text, size_t length, const char **problem) {
  BIO *memory = BIO_new_mem_buf(text, (int)length);
  EVP_PKEY *pkey = memory ? PEM_read_bio_PrivateKey(memory, NULL, NULL, NULL) : NULL;
  BIO_free(memory);
  struct sign_key *key = pkey ? wrap(pkey, true) : NULL;
  ERR_clear_error();
  if (!key) *problem = problem_text("%s: holds no SM2 private key", path);
  return key;
}

static struct sign_key *open_point(const char *path, char *text, const char **problem) {
  uint8_t point[SIGN_PUBLIC_SIZE];
  text[strcspn(text, "\r\n")] = '\0';
  struct sign_key *key = hex_decode(text, point, sizeof(point)) ? sign_key_from_public(point) : NULL;
  if (!key) *problem = problem_text("%s: neither a PEM private key nor the hex of a point on the curve", path);
  return key;
}

/* A .pub file holds hex; a PEM holds a secret and must be private. */
struct sign_key *sign_key_open(const char *path, const char **problem) {
  size_t path_length = strlen(path), length;
  bool is_public = path_length > 4 && strcmp(path + path_length - 4, ".pub") == 0;
  char text[KEY_FILE_MAX];
  if (!hash_open()) {
    *problem = "libcrypto lacks SM3";
    return NULL;
  }
  if (!key_file_read(path, !is_public, text, &length, problem)) return NULL;
  struct sign_key *key = is_public ? open_point(path, text, problem) : open_pem(path, text, length, problem);
  wipe(text, sizeof(text));
  return key;
}

struct sign_key *sign_key_from_public(const uint8_t point[SIGN_PUBLIC_SIZE]) {
  char group[] = "SM2";
  uint8_t copy[SIGN_PUBLIC_SIZE];
  memcpy(copy, point, sizeof(copy));
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                             OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy, sizeof(copy)), OSSL_PARAM_construct_end()};
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL), *check = NULL;
  EVP_PKEY *pkey = NULL;
  bool good = context && EVP_PKEY_fromdata_init(context) == 1 && EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, parameters) == 1 &&
              (check = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL)) && EVP_PKEY_public_check(check) == 1;
  EVP_PKEY_CTX_free(check);
  EVP_PKEY_CTX_free(context);
  if (!good) {
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    return NULL;
  }
  return wrap(pkey, false);
}

void sign_key_close(struct sign_key **key) {
  if (!*key) return;
  EVP_PKEY_free((*key)->pkey);
  free(*key);
  *key = NULL;
}

void sign_key_public(const struct sign_key *key, uint8_t point[SIGN_PUBLIC_SIZE]) { memcpy(point, key->point, SIGN_PUBLIC_SIZE); }

void sign_key_id(const struct sign_key *key, uint8_t id[SIGN_KEY_ID_SIZE]) {
  uint8_t digest[SM3_SIZE];
  sm3_of(key->point, SIGN_PUBLIC_SIZE, digest);
  memcpy(id, digest, SIGN_KEY_ID_SIZE);
}

typedef int begin_function(EVP_MD_CTX *context, EVP_PKEY_CTX **pkey_context, const char *digest, OSSL_LIB_CTX *library, const char *properties,
                           EVP_PKEY *pkey, const OSSL_PARAM *parameters);

/* The id is set after the start and before the first byte: libcrypto 3.0 refuses it as a parameter of the start. The context's NUL
 * goes in too, so that no context is a prefix of another with its bytes. */
static EVP_MD_CTX *begin(begin_function *init, const struct sign_key *key, const char *context) {
  char id[] = DISTINGUISHING_ID;
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_DIST_ID, id, strlen(id)), OSSL_PARAM_construct_end()};
  EVP_MD_CTX *digest = EVP_MD_CTX_new();
  EVP_PKEY_CTX *pkey_context = NULL; /* belongs to digest */
  if (digest && init(digest, &pkey_context, "SM3", NULL, NULL, key->pkey, NULL) == 1 && EVP_PKEY_CTX_set_params(pkey_context, parameters) == 1 &&
      EVP_DigestUpdate(digest, context, strlen(context) + 1) == 1)
    return digest;
  EVP_MD_CTX_free(digest);
  return NULL;
}

bool sign_bytes(const struct sign_key *key, const char *context, const void *bytes, size_t length, uint8_t signature[SIGN_SIGNATURE_MAX],
                size_t *signature_length) {
  if (!key->has_secret) return false;
  EVP_MD_CTX *digest = begin(EVP_DigestSignInit_ex, key, context);
  *signature_length = SIGN_SIGNATURE_MAX;
  bool good = digest && EVP_DigestUpdate(digest, bytes, length) == 1 && EVP_DigestSignFinal(digest, signature, signature_length) == 1;
  EVP_MD_CTX_free(digest);
  if (!good) ERR_clear_error();
  return good;
}

bool verify_bytes(const struct sign_key *key, const char *context, const void *bytes, size_t length, const uint8_t *signature,
                  size_t signature_length) {
  EVP_MD_CTX *digest = begin(EVP_DigestVerifyInit_ex, key, context);
  bool good = digest && EVP_DigestUpdate(digest, bytes, length) == 1 && EVP_DigestVerifyFinal(digest, signature, signature_length) == 1;
  EVP_MD_CTX_free(digest);
  if (!good) ERR_clear_error();
  return good;
}
