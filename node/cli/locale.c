/* locale.c: see locale.h. */
#include "node/cli/locale.h"

#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "node/cli/say.h"

/* ---- the environment ----------------------------------------------------------------------- */

static const char *from_environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* As setlocale(3) reads it. */
static const char *locale_name(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	const char *value = NULL;

	for (size_t i = 0; !value && i < sizeof(names) / sizeof(names[0]); i++)
		value = from_environment(names[i]);
	return value ? value : "C";
}

static bool is_locale(const char *name, size_t len, const char *wanted)
{
	return len == strlen(wanted) && strncmp(name, wanted, len) == 0;
}

/* "nl_BE.UTF-8@euro" becomes "nl-BE"; C.UTF-8 is no language. */
static void add_wish(struct kith_str *out, const char *name, size_t len)
{
	size_t bare = strcspn(name, ".@");

	bare = bare < len ? bare : len;
	if (!bare || is_locale(name, bare, "C") || is_locale(name, bare, "POSIX"))
		return;
	if (out->len)
		kith_str_add_c(out, ',');
	for (size_t i = 0; i < bare; i++)
		kith_str_add_c(out, name[i] == '_' ? '-' : name[i]);
}

void kith_locale_wishes(struct kith_str *out)
{
	const char *locale = locale_name(), *list = from_environment("LANGUAGE");

	if (is_locale(locale, strlen(locale), "C") || is_locale(locale, strlen(locale), "POSIX"))
		return;
	while (list && *list) {
		size_t len = strcspn(list, ":");

		add_wish(out, list, len);
		list += len + (list[len] == ':');
	}
	if (!out->len)
		add_wish(out, locale, strlen(locale));
}

/* ---- catalogues ---------------------------------------------------------------------------- */

#define CATALOGUE "kith"
#define LANG_MAX  8u /* "nl"; the catalogues are of whole languages */

/* Whether there is a catalogue in that directory, below the one of the program. */
static bool has_catalogue(const char *program, const char *dir, const char *lang, char *path)
{
	char file[PATH_MAX + 64];

	snprintf(path, PATH_MAX, "%.*s/%s", (int)(strrchr(program, '/') - program), program, dir);
	snprintf(file, sizeof(file), "%s/%s/LC_MESSAGES/" CATALOGUE ".mo", path, lang);
	return access(file, R_OK) == 0;
}

static bool use_catalogue(const char *lang)
{
	static const char *const dirs[] = {"locale", "../share/locale"};
	char program[PATH_MAX] = "", path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	size_t i = 0;

	if (len <= 0 || !strchr(program, '/'))
		return false;
	while (!has_catalogue(program, dirs[i], lang, path))
		if (++i == sizeof(dirs) / sizeof(dirs[0]))
			return false;
	if (!setlocale(LC_MESSAGES, "C.UTF-8") && !setlocale(LC_MESSAGES, ""))
		return false;
	setenv("LANGUAGE", lang, 1);
	bindtextdomain(CATALOGUE, path);
	bind_textdomain_codeset(CATALOGUE, "UTF-8");
	textdomain(CATALOGUE);
	return true;
}

void kith_locale_begin(const char *wishes)
{
	char lang[LANG_MAX];

	while (*wishes) {
		size_t len = strcspn(wishes, ","), bare = strcspn(wishes, ",-");

		if (bare < sizeof(lang)) {
			memcpy(lang, wishes, bare);
			lang[bare] = '\0';
			if (strcmp(lang, "en") == 0 || (!strchr(lang, '/') && use_catalogue(lang)))
				return;
		}
		wishes += len + (wishes[len] == ',');
	}
}

/* ---- names --------------------------------------------------------------------------------- */

static const struct {
	const char *code, *name;
} languages[] = {
	{"ar", N_("Arabic")},
	{"be", N_("Belarusian")},
	{"bg", N_("Bulgarian")},
	{"ca", N_("Catalan")},
	{"cs", N_("Czech")},
	{"da", N_("Danish")},
	{"de", N_("German")},
	{"el", N_("Greek")},
	{"en", N_("English")},
	{"es", N_("Spanish")},
	{"et", N_("Estonian")},
	{"eu", N_("Basque")},
	{"fi", N_("Finnish")},
	{"fr", N_("French")},
	{"ga", N_("Irish")},
	{"gl", N_("Galician")},
	{"hr", N_("Croatian")},
	{"hu", N_("Hungarian")},
	{"it", N_("Italian")},
	{"ja", N_("Japanese")},
	{"ko", N_("Korean")},
	{"lt", N_("Lithuanian")},
	{"lv", N_("Latvian")},
	{"mt", N_("Maltese")},
	{"nl", N_("Dutch")},
	{"pl", N_("Polish")},
	{"pt", N_("Portuguese")},
	{"ro", N_("Romanian")},
	{"ru", N_("Russian")},
	{"sk", N_("Slovak")},
	{"sl", N_("Slovene")},
	{"sr", N_("Serbian")},
	{"sv", N_("Swedish")},
	{"tr", N_("Turkish")},
	{"uk", N_("Ukrainian")},
	{"zh", N_("Chinese")},
};

const char *kith_lang_name(const char *tag)
{
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++)
		if (strncasecmp(tag, languages[i].code, 2) == 0 &&
			(tag[2] == '\0' || tag[2] == '-'))
			return _(languages[i].name);
	return tag;
}
