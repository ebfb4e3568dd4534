/* why.c: see why.h. */
#include "node/why.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int kith_why(char *why, size_t why_len, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, why_len, format, args);
	va_end(args);
	return err;
}

int kith_err_from_errno(int number)
{
	switch (number) {
	case ENOENT:
	case ENOTDIR:
		return KITH_E_NOT_FOUND;
	case EACCES:
	case EPERM:
	case EROFS:
	case ELOOP:
		return KITH_E_PERMISSION;
	case ENOSPC:
	case EDQUOT:
		return KITH_E_FULL;
	case EEXIST:
		return KITH_E_EXISTS;
	case ENOMEM:
		return KITH_E_NOMEM;
	case ENAMETOOLONG:
		return KITH_E_TOO_LARGE;
	}
	return KITH_E_IO;
}
