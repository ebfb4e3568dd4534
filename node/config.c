/*
 * config.c: reading and writing config.ini. See config.h.
 *
 * The keys themselves, with their rules and help, are the table of config_keys.c. Here the file's
 * lines are handed to inih one by one, so that every complaint can name its line.
 */
#include "node/config.h"

#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/config_keys.h"
#include "node/file.h"
#include "node/log.h"
#include "node/why.h"

#define FILE_ROOM (64u * 1024)

struct loading {
	struct kith_config config;
	const char *path;
	const char *next; /* rest of the file's text */
	const char *end;
	int line;
	bool seen[KITH_CONFIG_KEYS_MAX];
	int err; /* the first complaint, in why; 0: none so far */
	int err_line;
	char *why;
	size_t why_len;
};

/* ---- complaints ----------------------------------------------------------------------------- */

static void complain(struct loading *loading, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void complain(struct loading *loading, const char *format, ...)
{
	char text[512];
	va_list args;

	if (loading->err)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	loading->err_line = loading->line;
	loading->err = kith_why(loading->why, loading->why_len, KITH_E_MALFORMED, "%s line %d: %s",
		loading->path, loading->line, text);
}

/* What stands in the file may be anything; what we print of it is tame. */
static const char *tame(const char *text, char out[KITH_CONFIG_LINE])
{
	out[0] = '\0';
	kith_log_escape(text, strlen(text), out, KITH_CONFIG_LINE);
	return out;
}

static void list_keys(const char *section, char *out, size_t room)
{
	struct kith_config_key key;
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; kith_config_key_at(i, &key) && used < room; i++)
		if (strcmp(key.section, section) == 0)
			used += (size_t)snprintf(
				out + used, room - used, "%s%s", used ? ", " : "", key.name);
}

static void list_sections(char *out, size_t room)
{
	struct kith_config_key key;
	const char *last = "";
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; kith_config_key_at(i, &key) && used < room; i++) {
		if (strcmp(key.section, last) != 0)
			used += (size_t)snprintf(
				out + used, room - used, "%s[%s]", used ? ", " : "", key.section);
		last = key.section;
	}
}

/* ---- lines ---------------------------------------------------------------------------------- */

static bool is_section(const char *name, size_t len)
{
	struct kith_config_key key;

	for (size_t i = 0; kith_config_key_at(i, &key); i++)
		if (strlen(key.section) == len && memcmp(key.section, name, len) == 0)
			return true;
	return false;
}

/* inih does not tell of a section without keys; a mistyped one should not pass for all that. */
static void check_section(struct loading *loading, const char *line, size_t len)
{
	const char *close = memchr(line, ']', len);
	char name[KITH_CONFIG_LINE], safe[KITH_CONFIG_LINE], known[200];

	if (!close || is_section(line + 1, (size_t)(close - line - 1)))
		return;
	snprintf(name, sizeof(name), "%.*s", (int)(close - line - 1), line + 1);
	list_sections(known, sizeof(known));
	complain(loading, "unknown section [%s]; there are %s", tame(name, safe), known);
}

/* The next line for inih, without blanks in front (for inih they would mean that the value before
 * goes on). NULL at the end, or when a line cannot be read. */
static char *next_line(char *out, int room, void *stream)
{
	struct loading *loading = stream;
	const char *line = loading->next, *newline;
	size_t len;

	if (line == loading->end || loading->err)
		return NULL;
	loading->line++;
	newline = memchr(line, '\n', (size_t)(loading->end - line));
	loading->next = newline ? newline + 1 : loading->end;
	while (line < loading->next && (*line == ' ' || *line == '\t'))
		line++;
	len = (size_t)(loading->next - line);
	if (memchr(line, '\0', len)) {
		complain(loading, "holds a NUL byte; is this a text file?");
		return NULL;
	}
	if (len > KITH_CONFIG_LINE || len >= (size_t)room) {
		complain(loading, "longer than %d bytes", KITH_CONFIG_LINE);
		return NULL;
	}
	if (*line == '[')
		check_section(loading, line, len);
	memcpy(out, line, len);
	out[len] = '\0';
	return out;
}

/* ---- keys ----------------------------------------------------------------------------------- */

static int on_key(void *ctx, const char *section, const char *name, const char *value)
{
	struct loading *loading = ctx;
	char safe[KITH_CONFIG_LINE], rule[200], known[200];
	size_t i;

	if (loading->err)
		return 0;
	if (!*section) {
		complain(loading, "\"%s\" stands before the first [section]", tame(name, safe));
	} else if (!kith_config_key_find(section, name, &i)) {
		list_keys(section, known, sizeof(known));
		complain(loading, "unknown key \"%s\" in [%s]; there are %s", tame(name, safe),
			section, known);
	} else if (loading->seen[i] && !kith_config_key_repeats(i)) {
		complain(loading, "[%s] %s is given a second time", section, name);
	} else if (kith_config_key_set(i, value, !loading->seen[i], &loading->config, rule,
			   sizeof(rule)) != 0) {
		complain(
			loading, "[%s] %s: %s, not \"%s\"", section, name, rule, tame(value, safe));
	} else {
		loading->seen[i] = true;
	}
	return loading->err == 0;
}

static int parse(struct loading *loading, const char *text, size_t len)
{
	int first;

	loading->next = text;
	loading->end = text + len;
	first = ini_parse_stream(next_line, loading, on_key, loading);
	/* inih goes on behind a line it cannot read; the first complaint is the one that
	 * counts. */
	if (first > 0 && (!loading->err || first < loading->err_line)) {
		loading->err = 0;
		loading->line = first;
		complain(loading, "neither [section] nor key = value nor a comment");
	}
	if (first < 0 && !loading->err)
		loading->err = kith_why(loading->why, loading->why_len, KITH_E_NOMEM, "%s: %s",
			loading->path, kith_err_text(KITH_E_NOMEM));
	return loading->err;
}

static int check_sockets(const struct kith_config *config, char *why, size_t why_len)
{
	if (config->api_socket[0] && config->read_socket[0])
		return 0;
	return kith_why(why, why_len, KITH_E_TOO_LARGE,
		"home %s: the path of the API's sockets would be longer than the %d bytes the "
		"system "
		"allows; set socket and read_socket in [api] of config.ini",
		config->home, KITH_SOCKET_MAX - 1);
}

int kith_config_load(const char *home, struct kith_config *out, char *why, size_t why_len)
{
	char path[KITH_PATH_MAX + 16], *text = malloc(FILE_ROOM);
	struct loading loading = {.path = path, .why = why, .why_len = why_len};
	size_t len;
	int err;

	if (!text)
		return kith_why(why, why_len, KITH_E_NOMEM, "%s", kith_err_text(KITH_E_NOMEM));
	err = kith_path_join(home, "config.ini", path, sizeof(path));
	if (err) {
		err = kith_why(why, why_len, err, "the path is too long: %s", home);
		goto out;
	}
	kith_config_default(home, &loading.config);
	err = kith_file_read(path, KITH_FILE_CONFIG, text, FILE_ROOM, &len, why, why_len);
	if (!err)
		err = parse(&loading, text, len);
	if (!err)
		err = check_sockets(&loading.config, why, why_len);
	if (!err)
		*out = loading.config;
out:
	free(text);
	return err;
}

/* ---- writing -------------------------------------------------------------------------------- */

/* Checks a setting as the loader would, and that it can be written on one line. */
static int check_setting(
	const struct kith_setting *setting, struct kith_config *scratch, char *why, size_t why_len)
{
	char rule[200], safe[KITH_CONFIG_LINE];
	const char *value = setting->value;
	size_t i;

	if (!kith_config_key_find(setting->section, setting->name, &i))
		return kith_why(why, why_len, KITH_E_ARGUMENT, "there is no key %s in [%s]",
			setting->name, setting->section);
	for (const char *p = value; *p; p++)
		if (*p == ';' && (p == value || p[-1] == ' ' || p[-1] == '\t'))
			return kith_why(why, why_len, KITH_E_MALFORMED,
				"%s: a semicolon behind a blank would begin a comment in "
				"config.ini",
				setting->name);
	if (strlen(value) + strlen(setting->name) + 4 > KITH_CONFIG_LINE)
		return kith_why(why, why_len, KITH_E_TOO_LARGE,
			"%s: longer than a line of config.ini", setting->name);
	if (kith_config_key_set(i, value, true, scratch, rule, sizeof(rule)) != 0)
		return kith_why(why, why_len, KITH_E_MALFORMED, "%s: %s, not \"%s\"", setting->name,
			rule, tame(value, safe));
	return 0;
}

/* The settings of one key, or the key with its default as a comment. */
static void print_key(FILE *file, const struct kith_config_key *key,
	const struct kith_setting *settings, size_t count)
{
	bool set = false;

	fprintf(file, "\n# ");
	for (const char *p = key->help; *p; p++)
		fputs(*p == '\n' ? "\n# " : (char[]){*p, '\0'}, file);
	fputc('\n', file);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(settings[i].section, key->section) != 0 ||
			strcmp(settings[i].name, key->name) != 0)
			continue;
		fprintf(file, "%s = %s\n", key->name, settings[i].value);
		set = true;
	}
	if (!set)
		fprintf(file, "#%s =%s%s\n", key->name, *key->value ? " " : "", key->value);
}

static void print_file(FILE *file, const struct kith_setting *settings, size_t count)
{
	struct kith_config_key key;
	const char *section = "";

	fputs("# Configuration of this kith node; kithd(8) has more. A line that begins with # is "
	      "a\n"
	      "# comment; the commented keys show their defaults. Check changes with: kithd "
	      "--check\n",
		file);
	for (size_t i = 0; kith_config_key_at(i, &key); i++) {
		if (strcmp(section, key.section) != 0)
			fprintf(file, "\n[%s]\n", key.section);
		section = key.section;
		print_key(file, &key, settings, count);
	}
}

int kith_config_create(const char *home, const struct kith_setting *settings, size_t count,
	char *why, size_t why_len)
{
	struct kith_config scratch;
	char path[KITH_PATH_MAX], *text = NULL;
	size_t len = 0;
	FILE *file;
	int err = 0;

	kith_config_default(home, &scratch);
	for (size_t i = 0; i < count && !err; i++)
		err = check_setting(&settings[i], &scratch, why, why_len);
	if (err)
		return err;
	if (kith_path_join(home, "config.ini", path, sizeof(path)) != 0)
		return kith_why(why, why_len, KITH_E_TOO_LARGE, "the path is too long: %s", home);
	file = open_memstream(&text, &len);
	if (!file)
		return kith_why(why, why_len, KITH_E_NOMEM, "%s", kith_err_text(KITH_E_NOMEM));
	print_file(file, settings, count);
	if (fclose(file) != 0)
		err = kith_why(why, why_len, KITH_E_NOMEM, "%s", kith_err_text(KITH_E_NOMEM));
	else
		err = kith_file_create(path, text, len, why, why_len);
	free(text);
	return err;
}
