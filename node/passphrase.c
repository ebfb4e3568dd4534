/* passphrase.c: see passphrase.h. */
#include "node/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "keys/secret.h"
#include "node/config.h"
#include "node/file.h"
#include "node/why.h"

#define ROOM (KITH_PASSPHRASE_MAX + 3) /* a line break and the NUL */

static int begin(struct kith_passphrase *out, char *why, size_t why_len)
{
	out->len = 0;
	out->text = kith_secret_new(ROOM);
	if (!out->text)
		return kith_why(why, why_len, KITH_E_NOMEM, "%s", kith_err_text(KITH_E_NOMEM));
	return 0;
}

void kith_passphrase_clear(struct kith_passphrase *passphrase)
{
	kith_secret_free(passphrase->text);
	*passphrase = (struct kith_passphrase){0};
}

/* ---- from a file ---------------------------------------------------------------------------- */

static int from_file(const char *path, struct kith_passphrase *out, char *why, size_t why_len)
{
	int err = begin(out, why, why_len);

	if (err)
		return err;
	err = kith_file_read(path, KITH_FILE_PASSPHRASE, out->text, ROOM, &out->len, why, why_len);
	if (!err) {
		if (out->len > 0 && out->text[out->len - 1] == '\n')
			out->len--;
		if (out->len > 0 && out->text[out->len - 1] == '\r')
			out->len--;
		out->text[out->len] = '\0';
		if (out->len == 0)
			err = kith_why(why, why_len, KITH_E_PASSPHRASE, "%s is empty", path);
	}
	if (err)
		kith_passphrase_clear(out);
	return err;
}

/* ---- from a person -------------------------------------------------------------------------- */

enum { CTRL_C = 3, CTRL_D = 4, BACKSPACE = 8, CTRL_U = 21, DELETE = 127 };

/* One typed byte at a time; false when broken off. Ctrl-C arrives as a byte, so that echo is
 * always turned on again. */
static bool read_line(int terminal, struct kith_passphrase *out)
{
	for (;;) {
		unsigned char c;
		ssize_t n = read(terminal, &c, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || c == CTRL_C || c == CTRL_D)
			return false;
		if (c == '\n' || c == '\r')
			return true;
		if (c == BACKSPACE || c == DELETE)
			out->len -= out->len > 0;
		else if (c == CTRL_U)
			out->len = 0;
		else if (out->len < KITH_PASSPHRASE_MAX)
			out->text[out->len++] = (char)c;
	}
}

static bool ask(int terminal, const char *prompt, struct kith_passphrase *out)
{
	struct termios before, quiet;
	bool ok;

	if (tcgetattr(terminal, &before) != 0)
		return false;
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
	quiet.c_cc[VMIN] = 1;
	quiet.c_cc[VTIME] = 0;
	if (tcsetattr(terminal, TCSAFLUSH, &quiet) != 0)
		return false;
	ok = write(terminal, prompt, strlen(prompt)) >= 0 && read_line(terminal, out);
	out->text[out->len] = '\0';
	tcsetattr(terminal, TCSAFLUSH, &before);
	return write(terminal, "\n", 1) >= 0 && ok;
}

int kith_passphrase_ask(const char *prompt, struct kith_passphrase *out, char *why, size_t why_len)
{
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC), err;
	bool ok;

	if (terminal < 0)
		return kith_why(why, why_len, KITH_E_PASSPHRASE,
			"a passphrase is needed and there is no terminal to ask on; use "
			"--passphrase-file "
			"or KITH_PASSPHRASE_FILE");
	err = begin(out, why, why_len);
	if (err) {
		close(terminal);
		return err;
	}
	ok = ask(terminal, prompt, out);
	close(terminal);
	if (ok && out->len > 0)
		return 0;
	kith_passphrase_clear(out);
	return kith_why(why, why_len, KITH_E_PASSPHRASE, "no passphrase was given");
}

/* ---- from wherever -------------------------------------------------------------------------- */

int kith_passphrase_find(const char *file, const char *prompt, struct kith_passphrase *out,
	char *why, size_t why_len)
{
	const char *credentials = getenv("CREDENTIALS_DIRECTORY");
	const char *named = getenv("KITH_PASSPHRASE_FILE");
	char path[KITH_PATH_MAX];

	*out = (struct kith_passphrase){0};
	if (file)
		return from_file(file, out, why, why_len);
	if (credentials && kith_path_join(credentials, "passphrase", path, sizeof(path)) == 0 &&
		access(path, F_OK) == 0)
		return from_file(path, out, why, why_len);
	if (named && *named)
		return from_file(named, out, why, why_len);
	if (prompt)
		return kith_passphrase_ask(prompt, out, why, why_len);
	return kith_why(why, why_len, KITH_E_PASSPHRASE,
		"a passphrase is needed; use --passphrase-file or KITH_PASSPHRASE_FILE");
}
