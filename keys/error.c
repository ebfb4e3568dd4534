/* error.c: one table says number, name and sentence, so that none can be forgotten. */
#include "keys/error.h"

#include <stddef.h>

static const struct {
	int err;
	const char *name;
	const char *text;
} errors[] = {
	{KITH_OK, "ok", "no error"},
	{KITH_E_MALFORMED, "malformed", "not of the form the specification gives"},
	{KITH_E_TRUNCATED, "truncated", "incomplete: the end is missing"},
	{KITH_E_TOO_LARGE, "too-large", "larger than the limit"},
	{KITH_E_UNKNOWN_VERSION, "unknown-version", "a version this program does not know"},
	{KITH_E_WRONG_TYPE, "wrong-type", "a key of another type than is wanted here"},
	{KITH_E_CHECKSUM, "checksum", "mistyped: the checksum does not match"},
	{KITH_E_FORGED, "forged", "the signature or hash does not hold"},
	{KITH_E_WEAK_KEY, "weak-key", "a key of small order"},
	{KITH_E_RULE, "rule", "against a rule of the record kind"},
	{KITH_E_UNEXPECTED, "unexpected", "not allowed at this point of the conversation"},
	{KITH_E_REFUSED, "refused", "refused by this node's configuration"},
	{KITH_E_EXPIRED, "expired", "the certificate has expired"},
	{KITH_E_FUTURE, "future", "created too far in the future"},
	{KITH_E_TIMEOUT, "timeout", "too slow: the time allowed has passed"},
	{KITH_E_NOMEM, "no-memory", "out of memory"},
	{KITH_E_NOSPACE, "no-space", "the buffer is too small"},
	{KITH_E_ARGUMENT, "argument", "called with an argument that makes no sense"},
	{KITH_E_STATE, "state", "not possible at the moment"},
	{KITH_E_SELFTEST, "selftest", "the cryptographic library failed its self-test"},
	{KITH_E_NETWORK, "network", "the system refused the network operation"},
	{KITH_E_IO, "io", "reading or writing the disk failed"},
	{KITH_E_NOT_FOUND, "not-found", "not found"},
	{KITH_E_EXISTS, "exists", "exists already"},
	{KITH_E_FULL, "disk-full", "no space left on the disk"},
	{KITH_E_CORRUPT, "corrupt", "the file is damaged"},
	{KITH_E_LOCKED, "locked", "in use by another process"},
	{KITH_E_PERMISSION, "permission", "wrong owner or permissions"},
	{KITH_E_PASSPHRASE, "passphrase", "wrong or missing passphrase"},
	{KITH_E_AMBIGUOUS, "ambiguous", "matches more than one"},
};

enum kith_err_class kith_err_class(int err)
{
	if (err >= 0)
		return KITH_CLASS_OK;
	if (err > -200)
		return KITH_CLASS_INPUT;
	return err > -300 ? KITH_CLASS_OURS : KITH_CLASS_STORAGE;
}

const char *kith_err_name(int err)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].err == err)
			return errors[i].name;
	return "unknown";
}

const char *kith_err_text(int err)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].err == err)
			return errors[i].text;
	return "an error without a name";
}
