/*
 * cmd_init.c: kith init: a home out of nothing.
 *
 * Everything is made in a directory beside the home and renamed at the end, so that a home is there
 * whole or not at all. The first profile is written as a text, not signed and published: what a
 * group tells the world about itself is for it to read once more and to send on its way.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keys/secret.h"
#include "node/cli/local.h"
#include "node/cli/run.h"
#include "node/cli/say.h"
#include "node/cli/text_fields.h"
#include "node/cli/text_form.h"
#include "node/file.h"
#include "node/passphrase.h"
#include "node/record_json.h"
#include "node/why.h"

struct init {
	struct kith_cli *cli;
	char home[KITH_PATH_MAX];
	char building[KITH_PATH_MAX]; /* the directory beside it */
	char *name, *place, *type, *lang;
	const char *host, *port;
	struct kith_passphrase passphrase;
	char why[512];
};

/* ---- what is wanted ------------------------------------------------------------------------ */

/* The value of an option, or an answer. NULL after a complaint. */
static char *wanted(
	struct init *init, enum kith_opt opt, const char *question, const char *fallback)
{
	const char *value = kith_value(init->cli, opt);
	char *answer;

	if (value)
		return kith_need_dup(value, strlen(value));
	if (kith_can_ask(init->cli)) {
		answer = kith_ask_line(init->cli, question, fallback);
		if (!answer)
			kith_fail(init->cli, KITH_EXIT_USAGE, "broken off; nothing was made");
		return answer;
	}
	if (fallback)
		return kith_need_dup(fallback, strlen(fallback));
	kith_fail(init->cli, KITH_EXIT_USAGE, "--%s is needed where nobody can be asked",
		kith_option(opt)->name);
	return NULL;
}

static bool is_empty_or_missing(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	bool empty = true;

	if (!dir)
		return errno == ENOENT;
	while (empty && (entry = readdir(dir)))
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	closedir(dir);
	return empty;
}

static int check_options(struct init *init)
{
	const char *port = kith_value(init->cli, KITH_OPT_PORT);
	long long number;
	int code = kith_cli_home(init->cli, init->home);

	if (code)
		return code;
	if (!is_empty_or_missing(init->home)) {
		code = kith_fail(init->cli, KITH_EXIT_FAILED, "there is something at %s already",
			init->home);
		kith_hint(
			init->cli, "kith id shows the home there; --home makes another elsewhere");
		return code;
	}
	if (port && !kith_args_number(port, 0, 65535, &number))
		return kith_fail(init->cli, KITH_EXIT_USAGE, "--port must be from 0 to 65535");
	if (kith_flag(init->cli, KITH_OPT_PASSPHRASE_FILE) &&
		kith_flag(init->cli, KITH_OPT_NO_PASSPHRASE))
		return kith_fail(init->cli, KITH_EXIT_USAGE,
			"--passphrase-file and --no-passphrase say the opposite");
	init->port = port;
	init->host = kith_value(init->cli, KITH_OPT_HOST);
	return 0;
}

static int ask_passphrase(struct init *init)
{
	struct kith_passphrase again = {0};
	int err;

	if (kith_flag(init->cli, KITH_OPT_NO_PASSPHRASE))
		return 0;
	if (kith_flag(init->cli, KITH_OPT_PASSPHRASE_FILE)) {
		err = kith_passphrase_find(kith_value(init->cli, KITH_OPT_PASSPHRASE_FILE), NULL,
			&init->passphrase, init->why, sizeof(init->why));
		return err ? kith_fail(init->cli, KITH_EXIT_FAILED, "%s", init->why) : 0;
	}
	err = kith_passphrase_ask(
		_("Passphrase for the keys: "), &init->passphrase, init->why, sizeof(init->why));
	if (!err)
		err = kith_passphrase_ask(
			_("The same again: "), &again, init->why, sizeof(init->why));
	if (err) {
		kith_fail(init->cli, KITH_EXIT_FAILED, "%s", init->why);
		kith_hint(init->cli,
			"--passphrase-file takes it from a file; --no-passphrase leaves "
			"the keys unsealed");
	} else if (again.len != init->passphrase.len ||
		   memcmp(again.text, init->passphrase.text, again.len) != 0) {
		err = kith_fail(init->cli, KITH_EXIT_FAILED,
			"the two passphrases differ; nothing was made");
	}
	kith_passphrase_clear(&again);
	return err ? KITH_EXIT_FAILED : 0;
}

static int gather(struct init *init)
{
	int code = check_options(init);

	if (code)
		return code;
	init->name = wanted(init, KITH_OPT_GROUP_NAME, "Name of your group", NULL);
	if (init->name)
		init->place = wanted(init, KITH_OPT_GROUP_PLACE,
			"Town and country code, such as Kavala, GR", "");
	if (init->place)
		init->type = wanted(init, KITH_OPT_GROUP_TYPE,
			"You are a person, group, city or network", "group");
	if (init->type)
		init->lang = wanted(init, KITH_OPT_GROUP_LANG, "Language of your records", "en");
	return init->lang ? ask_passphrase(init) : KITH_EXIT_USAGE;
}

/* ---- making it ----------------------------------------------------------------------------- */

static int failed(struct init *init, int err)
{
	return kith_fail(init->cli, kith_exit_for(err), "%s", init->why);
}

static bool is_loopback(const char *host)
{
	return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0 ||
	       strcmp(host, "localhost") == 0;
}

/* A node that is to be reached under a loopback address listens there alone. */
static int make_config(struct init *init)
{
	char listen[KITH_HOST_MAX + 16];
	struct kith_setting settings[4] = {
		{"node", "name", init->name},
		{"node", "language", init->lang},
	};
	size_t count = 2;

	if (init->host)
		settings[count++] = (struct kith_setting){"node", "public_host", init->host};
	if (init->port || (init->host && is_loopback(init->host))) {
		const char *host = init->host && is_loopback(init->host) ? init->host : "*";

		snprintf(listen, sizeof(listen), strchr(host, ':') ? "[%s]:%s" : "%s:%s", host,
			init->port ? init->port : "7476");
		settings[count++] = (struct kith_setting){"listen", "address", listen};
	}
	return kith_config_create(init->building, settings, count, init->why, sizeof(init->why));
}

static int make_keys(struct init *init)
{
	struct kith_rng rng = kith_rng_system();

	return kith_keyring_create(init->building, init->passphrase.text, init->passphrase.len,
		&rng, init->why, sizeof(init->why));
}

/* What was said so far, as the beginning of the text form; read back, so that the same rules
 * hold. */
static json_t *make_draft(struct init *init, struct kith_text_error *error)
{
	struct kith_text_form form = {0};
	struct kith_str text;
	json_t *draft;

	kith_str_init(&text);
	kith_str_addf(&text, "Kind: profile\nLang: %s\nType: %s\nPlace: %s\nTitle: %s\n",
		init->lang, init->type, init->place, init->name);
	draft = kith_text_form_parse(text.s, text.len, &form, error) == 0 ? json_incref(form.draft)
									  : NULL;
	kith_text_form_clear(&form);
	kith_str_clear(&text);
	return draft;
}

static int check_profile(struct init *init)
{
	struct kith_text_error error = {0};
	struct kith_problem problem = {0};
	json_t *draft = make_draft(init, &error);
	int code = 0;

	if (!draft)
		code = kith_fail(init->cli, KITH_EXIT_REFUSED, "%s", error.why);
	else if (kith_local_check(draft, init->lang, &problem) != 0)
		code = kith_fail(
			init->cli, KITH_EXIT_REFUSED, "%s: %s", problem.field, problem.rule);
	json_decref(draft);
	return code;
}

static int make_profile(struct init *init)
{
	struct kith_text_error error;
	struct kith_keyfile_info info;
	char path[KITH_PATH_MAX + 32], key[KITH_ID_TEXT_MAX];
	json_t *draft = kith_need(make_draft(init, &error));
	struct kith_str text;
	int err = kith_keyring_path(init->building, KITH_ID_RECOVERY, path, sizeof(path));

	kith_str_init(&text);
	if (!err)
		err = kith_keyring_inspect(path, &info, init->why, sizeof(init->why));
	if (!err) {
		kith_id_format(KITH_ID_RECOVERY, info.public_key, key);
		kith_json_set(json_object_get(draft, "body"), "recovery_key", json_string(key));
		kith_text_form_template("profile", init->lang, draft, &text);
		snprintf(path, sizeof(path), "%s/profile.kith", init->building);
		err = kith_file_create(path, text.s, text.len, init->why, sizeof(init->why));
	}
	kith_str_clear(&text);
	json_decref(draft);
	return err;
}

/* Takes away what was built. Only names that were made here are touched. */
static void undo(const struct init *init)
{
	static const char *const names[] = {"keys/author.key", "keys/node.key", "keys/recovery.key",
		"config.ini", "profile.kith"};
	char path[KITH_PATH_MAX + 32];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", init->building, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/keys", init->building);
	rmdir(path);
	rmdir(init->building);
}

static int build(struct init *init)
{
	struct kith_rng rng = kith_rng_system();
	uint8_t random[4];
	char suffix[9];
	int err;

	kith_rng_fill(&rng, random, sizeof(random));
	kith_hex_format(random, sizeof(random), suffix);
	if ((size_t)snprintf(init->building, sizeof(init->building), "%s.new-%s", init->home,
		    suffix) >= sizeof(init->building))
		return kith_fail(init->cli, KITH_EXIT_FAILED, "the path of the home is too long");
	err = kith_home_create(init->building, init->why, sizeof(init->why));
	if (!err)
		err = make_config(init);
	if (!err)
		err = make_keys(init);
	if (!err)
		err = make_profile(init);
	if (!err && rename(init->building, init->home) != 0)
		err = kith_why(init->why, sizeof(init->why), kith_err_from_errno(errno), "%s: %s",
			init->home, strerror(errno));
	if (!err)
		return 0;
	undo(init);
	return failed(init, err);
}

/* ---- what now ------------------------------------------------------------------------------ */

static void print_next_steps(struct init *init)
{
	char usual[KITH_PATH_MAX];
	bool is_usual = kith_home_default(usual) == 0 && strcmp(usual, init->home) == 0;
	struct kith_str home, out, safe;

	kith_str_init(&home);
	kith_str_init(&out);
	kith_str_init(&safe);
	if (!is_usual)
		kith_str_addf(&home, " --home %s", init->home);
	kith_str_addf(&out,
		_("The home of %s is at %s.\n\n"
		  "Next:\n"
		  "  1. Move keys/recovery.key to paper or another medium, away from this machine. "
		  "It\n"
		  "     names a new key when this one is lost or stolen, and serves for nothing "
		  "else.\n"
		  "  2. Start the node:\n"
		  "         kithd%s\n"
		  "  3. Read once more who you say you are, and publish it:\n"
		  "         kith publish%s %s/profile.kith\n"
		  "  4. Hand your address to a partner, and name the partner here:\n"
		  "         kith id%s\n"
		  "         kith partner add%s ADDRESS\n"),
		init->name, init->home, home.s, home.s, init->home, home.s, home.s);
	kith_safe_add(&safe, out.s, out.len, KITH_SAFE_BLOCK);
	kith_out(init->cli, &safe);
	kith_str_clear(&home);
	kith_str_clear(&out);
	kith_str_clear(&safe);
}

int kith_run_init(struct kith_cli *cli, const struct kith_args *args)
{
	struct init init = {.cli = cli};
	int code = gather(&init);

	(void)args;
	if (!code)
		code = check_profile(&init);
	if (!code)
		code = build(&init);
	if (!code)
		print_next_steps(&init);
	kith_passphrase_clear(&init.passphrase);
	free(init.name);
	free(init.place);
	free(init.type);
	free(init.lang);
	return code;
}
