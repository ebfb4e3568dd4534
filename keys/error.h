/*
 * error.h: the one list of what can go wrong.
 *
 * Every function of kith that can fail returns 0 or one of these negative numbers. They come in
 * three classes, because the class decides what is done about it: bytes that are wrong are the
 * sender's fault and cost the sender something; a fault of ours is reported and never blamed on a
 * partner; a fault of the storage stops what needs the disk and leaves the rest running.
 */
#ifndef KITH_KEYS_ERROR_H
#define KITH_KEYS_ERROR_H

#define KITH_MUST_CHECK __attribute__((warn_unused_result))

enum kith_err {
	KITH_OK = 0,

	/* Input: whoever sent or typed these bytes is at fault. */
	KITH_E_MALFORMED = -100,       /* not of the form the specification gives */
	KITH_E_TRUNCATED = -101,       /* ends before the form does */
	KITH_E_TOO_LARGE = -102,       /* over a limit of limits.h */
	KITH_E_UNKNOWN_VERSION = -103, /* a version this build does not speak */
	KITH_E_WRONG_TYPE = -104,      /* a key or id of another type than was asked for */
	KITH_E_CHECKSUM = -105,        /* a typed key with a mistake in it */
	KITH_E_FORGED = -106,          /* a signature, tag or hash that does not hold */
	KITH_E_WEAK_KEY = -107,        /* a key or DH result of small order */
	KITH_E_RULE = -108,            /* well formed, but a rule of the domain says no */
	KITH_E_UNEXPECTED = -109,      /* well formed, but not in this state */
	KITH_E_REFUSED = -110,         /* not a partner, paused, over quota */
	KITH_E_EXPIRED = -111,         /* a certificate past its time */
	KITH_E_FUTURE = -112,          /* a creation time too far ahead of our clock */
	KITH_E_TIMEOUT = -113,         /* slower than the minimum the limits ask for */

	/* Ours: a resource that ran out or a call that should not have been made. */
	KITH_E_NOMEM = -200,
	KITH_E_NOSPACE = -201,  /* the caller's buffer is too small */
	KITH_E_ARGUMENT = -202, /* a programmer's mistake */
	KITH_E_STATE = -203,    /* not possible now; try later or do not try */
	KITH_E_SELFTEST = -204, /* the cryptographic library behaves otherwise than it must */
	KITH_E_NETWORK = -205,  /* the system refused a socket, address or name */

	/* Storage: files and the database. */
	KITH_E_IO = -300,
	KITH_E_NOT_FOUND = -301,
	KITH_E_EXISTS = -302,
	KITH_E_FULL = -303,       /* no space left on the device */
	KITH_E_CORRUPT = -304,    /* the file is not what was written */
	KITH_E_LOCKED = -305,     /* another process holds it */
	KITH_E_PERMISSION = -306, /* mode or owner too open, or not ours to read */
	KITH_E_PASSPHRASE = -307, /* sealed, and this passphrase does not open it */
	KITH_E_AMBIGUOUS = -308,  /* a prefix that names more than one thing */
};

enum kith_err_class {
	KITH_CLASS_OK,
	KITH_CLASS_INPUT,
	KITH_CLASS_OURS,
	KITH_CLASS_STORAGE,
};

enum kith_err_class kith_err_class(int err);

/* A short lower-case word for logs and metrics, as "forged"; "unknown" for a number not listed. */
const char *kith_err_name(int err);

/* One plain sentence for a person, without a full stop. Never NULL. */
const char *kith_err_text(int err);

#endif
