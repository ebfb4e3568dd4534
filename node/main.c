/*
 * main.c: kithd, from its options to its exit status. See kithd(8).
 *
 * Everything that can be wrong before the node is up ends here in one sentence on standard error
 * and one of the statuses of sysexits(3).
 */
#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sysexits.h>
#include <unistd.h>

#include "keys/secret.h"
#include "node/api/api.h"
#include "node/config.h"
#include "node/keyring.h"
#include "node/lock.h"
#include "node/log.h"
#include "node/node.h"
#include "node/notify.h"
#include "node/passphrase.h"
#include "node/why.h"

#define STOP_MS     30000         /* what takes longer will not end */
#define LITTLE_ROOM (1024 * 1024) /* bytes; with less a node cannot work */

struct options {
	const char *home, *log_level, *passphrase_file;
	bool check;
};

struct daemon {
	struct options options;
	struct kith_config config;
	struct kith_lock lock;
	struct kith_keyring keyring;
	struct kith_log log;
	struct kith_node *node;
	struct kith_api *api;
	uv_loop_t loop;
	uv_signal_t signals[3];
	uv_timer_t watchdog, deadline;
	bool stopping;
	char why[1024];
};

/* ---- what the process is allowed ------------------------------------------------------------ */

/* A core dump or a debugger would see keys; LeakSanitizer needs what a debugger needs. */
static void forbid_dumps(void)
{
#ifndef __SANITIZE_ADDRESS__
	prctl(PR_SET_DUMPABLE, 0);
#endif
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}

/* Few arenas keep a node small; a thread per core is enough for signatures. */
static void limit_threads(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	char text[8];

	mallopt(M_ARENA_MAX, 2);
	snprintf(text, sizeof(text), "%ld", cores < 2 ? 2 : cores > 8 ? 8 : cores);
	setenv("UV_THREADPOOL_SIZE", text, 0);
}

static void raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max < 65536 ? limit.rlim_max : 65536;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static void harden(void)
{
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	forbid_dumps();
	limit_threads();
	raise_file_limit();
}

/* ---- options -------------------------------------------------------------------------------- */

static const char usage[] =
	"usage: kithd [--home DIR] [--log-level LEVEL] [--passphrase-file FILE] [--check]\n"
	"       kithd --version | --help\n";

static const char help[] =
	"kithd runs a kith node: it keeps the records of one home, exchanges them with the home's\n"
	"partners, and answers `kith` on a local socket. See kithd(8).\n\n"
	"  --home DIR              the node's home; default: $KITH_HOME, else "
	"$XDG_DATA_HOME/kith,\n"
	"                          else ~/.local/share/kith. `kith init` makes one.\n"
	"  --log-level LEVEL       error, warn, info or debug, whatever config.ini says\n"
	"  --passphrase-file FILE  first line unseals the signing key; else the systemd "
	"credential\n"
	"                          `passphrase`, $KITH_PASSPHRASE_FILE, or a question on the "
	"terminal\n"
	"  --check                 only say whether configuration and key files are in order\n"
	"  --version, --help\n\n"
	"example: kithd --home /srv/kith --log-level debug\n";

static int parse_options(int argc, char **argv, struct options *out)
{
	static const struct option known[] = {
		{"home", required_argument, NULL, 'H'},
		{"log-level", required_argument, NULL, 'l'},
		{"passphrase-file", required_argument, NULL, 'p'},
		{"check", no_argument, NULL, 'c'},
		{"version", no_argument, NULL, 'V'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'H') {
			out->home = optarg;
		} else if (option == 'l') {
			out->log_level = optarg;
		} else if (option == 'p') {
			out->passphrase_file = optarg;
		} else if (option == 'c') {
			out->check = true;
		} else if (option == 'V') {
			puts("kithd " KITH_VERSION);
			exit(EX_OK);
		} else if (option == 'h') {
			printf("%s\n%s", usage, help);
			exit(EX_OK);
		} else {
			fputs(usage, stderr); /* getopt has said which */
			return EX_USAGE;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "kithd: there is nothing to do with \"%s\"\n%s", argv[optind],
			usage);
		return EX_USAGE;
	}
	if (out->log_level && kith_log_level_parse(out->log_level) < 0) {
		fputs("kithd: --log-level: error, warn, info or debug is wanted\n", stderr);
		return EX_USAGE;
	}
	return EX_OK;
}

/* ---- statuses ------------------------------------------------------------------------------- */

static int status_of(int err)
{
	switch (err) {
	case 0:
		return EX_OK;
	case KITH_E_NOT_FOUND:
		return EX_NOINPUT;
	case KITH_E_NETWORK:
		return EX_UNAVAILABLE;
	case KITH_E_LOCKED:
		return EX_TEMPFAIL;
	case KITH_E_PERMISSION:
	case KITH_E_PASSPHRASE:
		return EX_NOPERM;
	case KITH_E_IO:
	case KITH_E_FULL:
		return EX_IOERR;
	case KITH_E_NOMEM:
		return EX_OSERR;
	}
	return kith_err_class(err) == KITH_CLASS_OURS ? EX_SOFTWARE : EX_DATAERR;
}

/* Says why on standard error, in the journal with its priority. */
static int fail(struct daemon *daemon, int status)
{
	char line[2 * sizeof(daemon->why)] = "";
	struct kith_log log;

	kith_log_init(&log, STDERR_FILENO, KITH_LOG_ERROR);
	kith_log_tame(daemon->why, strlen(daemon->why), line, sizeof(line));
	fprintf(stderr, "%skithd: %s\n", log.with_priority ? "<3>" : "", line);
	return status;
}

/* ---- before the loop ------------------------------------------------------------------------ */

static int check_library(struct daemon *daemon)
{
	int err = kith_keys_init();

	if (!err)
		err = kith_sign_selftest();
	if (err)
		kith_why(
			daemon->why, sizeof(daemon->why), err, "libsodium: %s", kith_err_text(err));
	return err ? fail(daemon, EX_SOFTWARE) : EX_OK;
}

static int load_config(struct daemon *daemon)
{
	char home[KITH_PATH_MAX];
	int err = kith_home_find(daemon->options.home, home);

	if (err)
		err = kith_why(daemon->why, sizeof(daemon->why), err,
			"no home: use --home, or set KITH_HOME or HOME");
	else
		err = kith_home_check(home, daemon->why, sizeof(daemon->why));
	if (err)
		return fail(daemon, status_of(err));
	err = kith_config_load(home, &daemon->config, daemon->why, sizeof(daemon->why));
	if (err == KITH_E_MALFORMED || err == KITH_E_TOO_LARGE)
		return fail(daemon, EX_CONFIG);
	if (err)
		return fail(daemon, status_of(err));
	if (daemon->options.log_level)
		daemon->config.log_level = kith_log_level_parse(daemon->options.log_level);
	kith_log_init(&daemon->log, STDERR_FILENO, (enum kith_log_level)daemon->config.log_level);
	return EX_OK;
}

/* Looks at a key file without opening it; *sealed says whether that takes a passphrase. */
static int inspect(struct daemon *daemon, enum kith_id_type type, bool *sealed)
{
	char path[KITH_PATH_MAX];
	struct kith_keyfile_info info;
	int err = kith_keyring_path(daemon->config.home, type, path, sizeof(path));

	if (err)
		return kith_why(daemon->why, sizeof(daemon->why), err, "the path is too long: %s",
			daemon->config.home);
	err = kith_keyring_inspect(path, &info, daemon->why, sizeof(daemon->why));
	if (!err && info.type != type)
		err = kith_why(daemon->why, sizeof(daemon->why), KITH_E_WRONG_TYPE,
			"%s holds %s key", path, kith_id_type_name(info.type));
	if (!err)
		*sealed = info.sealed;
	return err;
}

static int check(struct daemon *daemon)
{
	bool sealed;
	int err = inspect(daemon, KITH_ID_NODE, &sealed);

	if (!err)
		err = inspect(daemon, KITH_ID_AUTHOR, &sealed);
	if (err)
		return fail(daemon, status_of(err));
	printf("kithd: %s is in order\n", daemon->config.home);
	return EX_OK;
}

static int open_keys(struct daemon *daemon)
{
	struct kith_passphrase passphrase = {0};
	char prompt[KITH_PATH_MAX + 64];
	bool sealed;
	int err = inspect(daemon, KITH_ID_AUTHOR, &sealed);

	snprintf(prompt, sizeof(prompt), "Passphrase of %s/keys/author.key: ", daemon->config.home);
	if (!err && sealed)
		err = kith_passphrase_find(daemon->options.passphrase_file, prompt, &passphrase,
			daemon->why, sizeof(daemon->why));
	if (!err)
		err = kith_keyring_open(daemon->config.home, passphrase.text, passphrase.len,
			&daemon->keyring, daemon->why, sizeof(daemon->why));
	kith_passphrase_clear(&passphrase);
	return err ? fail(daemon, status_of(err)) : EX_OK;
}

/* ---- going down ----------------------------------------------------------------------------- */

static void on_node_stopped(void *ctx)
{
	struct daemon *daemon = ctx;

	daemon->node = NULL;
	for (size_t i = 0; i < 3; i++)
		uv_close((uv_handle_t *)&daemon->signals[i], NULL);
	uv_close((uv_handle_t *)&daemon->watchdog, NULL);
	uv_close((uv_handle_t *)&daemon->deadline, NULL);
}

static void stop_node(void *ctx)
{
	struct daemon *daemon = ctx;

	kith_node_stop(daemon->node, on_node_stopped, daemon);
}

static void on_deadline(uv_timer_t *timer)
{
	struct daemon *daemon = timer->data;

	kith_log(&daemon->log, KITH_LOG_ERROR, "stopping takes too long; leaving at once");
	_exit(EX_SOFTWARE);
}

static void stop(struct daemon *daemon, const char *reason)
{
	daemon->stopping = true;
	kith_log(&daemon->log, KITH_LOG_INFO, "stopping", "reason", reason);
	(void)kith_notify("STOPPING=1");
	uv_timer_start(&daemon->deadline, on_deadline, STOP_MS, 0);
	kith_api_stop(daemon->api, stop_node, daemon);
}

/* ---- while it runs -------------------------------------------------------------------------- */

/* Of config.ini only the log's level can change while the node runs. */
static void reload(struct daemon *daemon)
{
	struct kith_config config;
	int err = kith_config_load(daemon->config.home, &config, daemon->why, sizeof(daemon->why));

	if (err) {
		kith_log(&daemon->log, KITH_LOG_ERROR, "config.ini is not taken over", "why",
			daemon->why);
		return;
	}
	if (!daemon->options.log_level)
		daemon->log.level = (enum kith_log_level)config.log_level;
	kith_log(&daemon->log, KITH_LOG_INFO, "log level read again", "level",
		kith_log_level_name(daemon->log.level));
}

static void on_signal(uv_signal_t *signal, int number)
{
	struct daemon *daemon = signal->data;

	if (number == SIGHUP) {
		if (!daemon->stopping)
			reload(daemon);
	} else if (daemon->stopping) {
		kith_log(&daemon->log, KITH_LOG_WARN, "told twice; leaving at once");
		_exit(EX_SOFTWARE);
	} else {
		stop(daemon, number == SIGTERM ? "SIGTERM" : "SIGINT");
	}
}

static void on_watchdog(uv_timer_t *timer)
{
	(void)timer;
	(void)kith_notify("WATCHDOG=1");
}

static void begin_handles(struct daemon *daemon)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
	uint64_t watchdog_ms = kith_notify_watchdog_ms();

	for (size_t i = 0; i < 3; i++) {
		uv_signal_init(&daemon->loop, &daemon->signals[i]);
		daemon->signals[i].data = daemon;
		uv_signal_start(&daemon->signals[i], on_signal, numbers[i]);
	}
	uv_timer_init(&daemon->loop, &daemon->watchdog);
	if (watchdog_ms > 1)
		uv_timer_start(&daemon->watchdog, on_watchdog, watchdog_ms / 2, watchdog_ms / 2);
	uv_timer_init(&daemon->loop, &daemon->deadline);
	daemon->deadline.data = daemon;
}

static void say_ready(struct daemon *daemon)
{
	uint16_t port = kith_node_port(daemon->node);

	kith_log(&daemon->log, KITH_LOG_INFO, "ready", "version", KITH_VERSION, "home",
		daemon->config.home, "author", KITH_AUTHOR(&daemon->keyring.author->public_key),
		"node", KITH_NODE(&daemon->keyring.node->public_key), "port",
		port ? KITH_NUM(port) : NULL);
	if (!kith_notify("READY=1\nSTATUS=exchanging records"))
		kith_log(&daemon->log, KITH_LOG_WARN, "NOTIFY_SOCKET could not be told");
}

/* A full disk shows itself in many ways, not all of which say so. */
static void hint_at_room(struct daemon *daemon, int err)
{
	size_t used = strlen(daemon->why);
	struct statvfs disk;

	if ((err != KITH_E_FULL && err != KITH_E_IO) || statvfs(daemon->config.home, &disk) != 0)
		return;
	if (disk.f_bavail * disk.f_frsize < LITTLE_ROOM)
		snprintf(daemon->why + used, sizeof(daemon->why) - used,
			"; the disk has only %ju KiB left: make room, then start again",
			(uintmax_t)(disk.f_bavail * disk.f_frsize / 1024));
}

static int start(struct daemon *daemon)
{
	int err = kith_node_start(&daemon->loop, &daemon->config, &daemon->keyring, &daemon->log,
		&daemon->node, daemon->why, sizeof(daemon->why));

	if (err) {
		hint_at_room(daemon, err);
		return fail(daemon, status_of(err));
	}
	begin_handles(daemon);
	err = kith_api_start(daemon->node, &daemon->api, daemon->why, sizeof(daemon->why));
	if (err) {
		stop_node(daemon);
		return fail(daemon, status_of(err));
	}
	say_ready(daemon);
	return EX_OK;
}

static int run(struct daemon *daemon)
{
	int status;

	if (uv_loop_init(&daemon->loop) != 0) {
		kith_why(daemon->why, sizeof(daemon->why), KITH_E_NOMEM, "no event loop: %s",
			kith_err_text(KITH_E_NOMEM));
		return fail(daemon, EX_OSERR);
	}
	status = start(daemon);
	uv_run(&daemon->loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&daemon->loop) != 0)
		kith_log(&daemon->log, KITH_LOG_WARN, "something was left open");
	return status;
}

int main(int argc, char **argv)
{
	struct daemon daemon = {.lock.fd = -1};
	int status = parse_options(argc, argv, &daemon.options), err;

	if (status != EX_OK)
		return status;
	harden();
	status = check_library(&daemon);
	if (status == EX_OK)
		status = load_config(&daemon);
	if (status != EX_OK || daemon.options.check)
		return status == EX_OK ? check(&daemon) : status;
	err = kith_lock_take(daemon.config.home, &daemon.lock, daemon.why, sizeof(daemon.why));
	if (err)
		return fail(&daemon, status_of(err));
	status = open_keys(&daemon);
	if (status == EX_OK)
		status = run(&daemon);
	kith_keyring_clear(&daemon.keyring);
	kith_lock_release(&daemon.lock);
	if (status == EX_OK)
		kith_log(&daemon.log, KITH_LOG_INFO, "stopped");
	return status;
}
