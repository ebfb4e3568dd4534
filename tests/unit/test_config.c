/* config.ini: what is written is read again, and every mistake is named with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "node/config.h"
#include "node/log.h"
#include "tests/unit/temp_home.h"

static int make_home(void **state)
{
	char *home = malloc(256);

	assert_non_null(home);
	temp_home_make(home);
	*state = home;
	return 0;
}

static int remove_home(void **state)
{
	temp_home_remove(*state);
	free(*state);
	return 0;
}

static int load(const char *home, const char *text, struct kith_config *out, char why[512])
{
	why[0] = '\0';
	temp_home_write(home, "config.ini", text, strlen(text), 0600);
	return kith_config_load(home, out, why, 512);
}

static void expect_refused(void **state, const char *text, const char *line, const char *words)
{
	struct kith_config config = {.name = "untouched"};
	char why[512];

	assert_int_equal(load(*state, text, &config, why), KITH_E_MALFORMED);
	if (!strstr(why, line) || !strstr(why, words))
		fail_msg("wanted \"%s\" and \"%s\" in: %s", line, words, why);
	assert_non_null(strstr(why, "config.ini"));
	assert_string_equal(config.name, "untouched");
}

static void an_empty_file_means_defaults(void **state)
{
	struct kith_config config, defaults;
	char why[512];

	assert_int_equal(load(*state, "", &config, why), 0);
	kith_config_default(*state, &defaults);
	assert_memory_equal(&config, &defaults, sizeof(config));
	assert_int_equal(config.listen_count, 1);
	assert_string_equal(config.listen[0].host, "*");
	assert_int_equal(config.listen[0].port, KITH_DEFAULT_PORT);
	assert_string_equal(config.language, "en");
	assert_int_equal(config.max_connections, 128);
	assert_true(config.check_at_start);
	assert_int_equal(config.log_level, KITH_LOG_INFO);
}

static void every_key_is_read(void **state)
{
	struct kith_config config;
	char why[512];
	static const char text[] =
		"\xef\xbb\xbf# a comment\n"
		"; another\n\n"
		"[node]\n"
		"name = Gda\xc5\x84sk, the group\n"
		"  language=nl-BE\n"
		"public_host = kith.example.org ; behind the value\n"
		"public_port = 443\n"
		"[listen]\r\n"
		"address = 127.0.0.1:7000\r\n"
		"address = [2001:db8::7]:7001\n"
		"\taddress = *:0\n"
		"address = localhost\n"
		"[api]\nsocket = run/a.sock\nread_socket = /run/kith/r.sock\ngroup = kith-users\n"
		"[limits]\nmax_connections = 4\nhandshakes_per_second = 100000\n"
		"reconcile_every_s = 86400\npull_window_bytes = 65536\n"
		"[store]\ncache_kib = 64\ncheck_at_start = no\n"
		"[log]\nlevel = debug"; /* no newline at the end */
	char socket[512];

	if (load(*state, text, &config, why) != 0)
		fail_msg("%s", why);
	assert_string_equal(config.name, "Gda\xc5\x84sk, the group");
	assert_string_equal(config.language, "nl-BE");
	assert_string_equal(config.public_host, "kith.example.org");
	assert_int_equal(config.public_port, 443);
	assert_int_equal(config.listen_count, 4);
	assert_string_equal(config.listen[0].host, "127.0.0.1");
	assert_string_equal(config.listen[1].host, "2001:db8::7");
	assert_int_equal(config.listen[1].port, 7001);
	assert_string_equal(config.listen[2].host, "*");
	assert_int_equal(config.listen[2].port, 0);
	assert_string_equal(config.listen[3].host, "localhost");
	assert_int_equal(config.listen[3].port, KITH_DEFAULT_PORT);
	temp_home_path(*state, "run/a.sock", socket);
	assert_string_equal(config.api_socket, socket);
	assert_string_equal(config.read_socket, "/run/kith/r.sock");
	assert_string_equal(config.api_group, "kith-users");
	assert_int_equal(config.max_connections, 4);
	assert_int_equal(config.handshakes_per_second, 100000);
	assert_int_equal(config.reconcile_every_s, 86400);
	assert_int_equal(config.pull_window_bytes, 65536);
	assert_int_equal(config.cache_kib, 64);
	assert_false(config.check_at_start);
	assert_int_equal(config.log_level, KITH_LOG_DEBUG);
}

static void listening_can_be_turned_off(void **state)
{
	struct kith_config config;
	char why[512];

	assert_int_equal(load(*state, "[listen]\naddress = none\n", &config, why), 0);
	assert_int_equal(config.listen_count, 0);
}

static void what_is_unknown_is_named(void **state)
{
	expect_refused(state, "[node]\nname=x\n\ncolour = red\n", "line 4",
		"unknown key \"colour\" in [node]");
	expect_refused(
		state, "[node]\ncolour = red\n", "line 2", "language"); /* lists what there is */
	expect_refused(state, "[node]\n[nodes]\n", "line 2", "unknown section [nodes]");
	expect_refused(state, "[nodes]\nname = x\n", "line 1", "[listen]");
	expect_refused(
		state, "[node]\nlevel = info\n", "line 2", "unknown key \"level\" in [node]");
	expect_refused(state, "name = x\n[node]\n", "line 1", "before the first [section]");
	expect_refused(state, "[node]\nNAME = x\n", "line 2", "unknown key");
	expect_refused(state, "[node]\na\x1b[31mb = x\n", "line 2", "a\\x1b[31mb");
}

static void bad_values_are_named(void **state)
{
	static const struct {
		const char *text, *line, *words;
	} cases[] = {
		{"[limits]\nmax_connections = 3\n", "line 2",
			"[limits] max_connections: a number from 4 to 4096"},
		{"[limits]\nmax_connections = 4097\n", "line 2", "max_connections"},
		{"[limits]\nmax_connections = -4\n", "line 2", "not \"-4\""},
		{"[limits]\nmax_connections = 12x\n", "line 2", "not \"12x\""},
		{"[limits]\nmax_connections = 99999999999999999999999\n", "line 2",
			"max_connections"},
		{"[limits]\nmax_connections =\n", "line 2", "max_connections"},
		{"[node]\npublic_port = 65536\n", "line 2", "from 0 to 65535"},
		{"[node]\nlanguage = e\n", "line 2", "a language tag"},
		{"[node]\nlanguage = en-\n", "line 2", "a language tag"},
		{"[node]\nlanguage = 1234567890\n", "line 2", "a language tag"},
		{"[node]\nname = a\xff\n", "line 2", "UTF-8"},
		{"[node]\nname = a\x07\n", "line 2", "not \"a\\x07\""},
		{"[node]\nname = "
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
			"line 2", "at most 64 bytes"},
		{"[node]\npublic_host = a b\n", "line 2", "a host name or an address"},
		{"[listen]\naddress = ::1\n", "line 2", "[IPv6 address]:port"},
		{"[listen]\naddress = localhost:65536\n", "line 2", "[listen] address"},
		{"[listen]\naddress = [::1\n", "line 2", "[listen] address"},
		{"[listen]\naddress = :80\n", "line 2", "[listen] address"},
		{"[listen]\naddress =\n", "line 2", "[listen] address"},
		{"[store]\ncheck_at_start = true\n", "line 2", "yes or no is wanted, not \"true\""},
		{"[log]\nlevel = verbose\n", "line 2", "error, warn, info or debug"},
		{"[api]\nsocket =\n", "line 2", "a path of at most 107 bytes"},
		{"[api]\ngroup = a/b\n", "line 2", "Unix group"},
		{"[log]\nlevel = info\nlevel = info\n", "line 3", "second time"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_refused(state, cases[i].text, cases[i].line, cases[i].words);
}

static void lines_that_are_none(void **state)
{
	char text[400] = "[node]\nname = ";

	expect_refused(state, "[node]\nhello\n[log]\nlevel = loud\n", "line 2", "neither");
	expect_refused(state, "[log]\nlevel = loud\nhello\n", "line 2", "[log] level");
	expect_refused(state, "\n\n[node\n", "line 3", "neither");
	memset(text + strlen(text), 'a', 300);
	expect_refused(state, text, "line 2", "longer than 192 bytes");
	temp_home_write(*state, "config.ini", "[node]\nname = a\0b\n", 18, 0600);
	assert_int_equal(kith_config_load(*state, &(struct kith_config){0}, text, sizeof(text)),
		KITH_E_MALFORMED);
	assert_non_null(strstr(text, "line 2: holds a NUL byte"));
}

static void too_many_addresses(void **state)
{
	char text[400] = "[listen]\n";

	for (int i = 0; i < KITH_LISTEN_MAX + 1; i++)
		strcat(text, "address = localhost:1\n");
	expect_refused(state, text, "line 10", "at most 8 addresses");
}

static void a_long_home_says_what_to_do(void **state)
{
	char home[512], why[512];
	struct kith_config config;

	temp_home_path(*state, "", home);
	memset(home + strlen(home), 'h', 100);
	home[strlen(*state) + 101] = '\0';
	assert_int_equal(mkdir(home, 0700), 0);
	assert_int_equal(load(home, "", &config, why), KITH_E_TOO_LARGE);
	assert_non_null(strstr(why, "set socket and read_socket in [api]"));
	assert_int_equal(load(home, "[api]\nsocket=/run/a\nread_socket=/run/b\n", &config, why), 0);
}

static void the_file_itself(void **state)
{
	struct kith_config config;
	char why[512], path[512], *big = calloc(1, 70000);

	assert_int_equal(kith_config_load(*state, &config, why, sizeof(why)), KITH_E_NOT_FOUND);
	temp_home_write(*state, "config.ini", "", 0, 0644); /* others may read it */
	assert_int_equal(kith_config_load(*state, &config, why, sizeof(why)), 0);
	temp_home_write(*state, "config.ini", "", 0, 0602);
	assert_int_equal(kith_config_load(*state, &config, why, sizeof(why)), KITH_E_PERMISSION);
	assert_non_null(strstr(why, "chmod o-w"));
	memset(big, '\n', 70000);
	temp_home_write(*state, "config.ini", big, 70000, 0600);
	free(big);
	assert_int_equal(kith_config_load(*state, &config, why, sizeof(why)), KITH_E_TOO_LARGE);
	temp_home_path(*state, "config.ini", path);
	assert_int_equal(remove(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0); /* nobody writes: must not wait */
	assert_int_equal(kith_config_load(*state, &config, why, sizeof(why)), KITH_E_PERMISSION);
}

static void what_is_written_is_read(void **state)
{
	static const struct kith_setting settings[] = {
		{"node", "name", "Baia Mare"},
		{"listen", "address", "127.0.0.1:7001"},
		{"listen", "address", "[::1]:7001"},
		{"log", "level", "warn"},
	};
	struct kith_config config, expected;
	struct kith_config_key key;
	char why[512], text[8192];

	assert_int_equal(kith_config_create(*state, settings, 4, why, sizeof(why)), 0);
	assert_int_equal(kith_config_load(*state, &config, why, sizeof(why)), 0);
	kith_config_default(*state, &expected);
	strcpy(expected.name, "Baia Mare");
	memset(expected.listen, 0, sizeof(expected.listen));
	strcpy(expected.listen[0].host, "127.0.0.1");
	strcpy(expected.listen[1].host, "::1");
	expected.listen[0].port = expected.listen[1].port = 7001;
	expected.listen_count = 2;
	expected.log_level = KITH_LOG_WARN;
	assert_string_equal(config.listen[0].host, "127.0.0.1");
	assert_string_equal(config.listen[1].host, "::1");
	assert_string_equal(config.name, expected.name);
	assert_int_equal(config.listen_count, 2);
	assert_int_equal(config.log_level, KITH_LOG_WARN);
	temp_home_read(*state, "config.ini", text, sizeof(text));
	for (size_t i = 0; kith_config_key_at(i, &key); i++)
		assert_non_null(strstr(text, key.name));
	assert_int_equal(kith_config_create(*state, NULL, 0, why, sizeof(why)), KITH_E_EXISTS);
}

/* A written file with every comment mark taken from its keys says the defaults. */
static void the_commented_defaults_are_the_defaults(void **state)
{
	struct kith_config config, defaults;
	char why[512], text[8192], bare[8192] = "";

	assert_int_equal(kith_config_create(*state, NULL, 0, why, sizeof(why)), 0);
	temp_home_read(*state, "config.ini", text, sizeof(text));
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		bool key = line[0] == '#' && line[1] != ' ';

		if (key && line[strlen(line) - 1] == '=' && strstr(line, "socket"))
			continue; /* depends on the home */
		strcat(strcat(bare, key ? line + 1 : line), "\n");
	}
	if (load(*state, bare, &config, why) != 0)
		fail_msg("%s", why);
	kith_config_default(*state, &defaults);
	assert_memory_equal(&config, &defaults, sizeof(config));
}

static void bad_settings_write_nothing(void **state)
{
	static const struct kith_setting bad[] = {
		{"node", "name", "a ;b"},
		{"node", "name", "a\nlanguage = en"},
		{"node", "language", "english language"},
		{"node", "colour", "red"},
	};
	char why[512], path[512];

	temp_home_path(*state, "config.ini", path);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_not_equal(kith_config_create(*state, &bad[i], 1, why, sizeof(why)), 0);
		assert_non_null(strstr(why, bad[i].name));
		assert_int_equal(access(path, F_OK), -1);
	}
}

/* The next line of the manual page that begins so; what follows is returned. */
static char *man_next(char **page, const char *begin)
{
	char *line;

	while ((line = strsep(page, "\n")))
		if (strncmp(line, begin, strlen(begin)) == 0)
			return line + strlen(begin);
	fail_msg("kithd.8 lacks a line %s", begin);
	return NULL;
}

/* kithd(8) has every key in its section, in the same order, with the same default, and no
 * other. */
static void the_manual_page_is_complete(void **state)
{
	struct kith_config_key key;
	char text[32768], *page = text, *item, *next, expected[128];
	const char *section = "";
	size_t items = 0, keys = 0;

	(void)state;
	temp_home_read(".", "contrib/man/kithd.8", text, sizeof(text));
	assert_non_null(strstr(text, ".Sh CONFIGURATION"));
	(void)man_next(&page, ".Sh CONFIGURATION");
	*strstr(page, "\n.Sh ") = '\0';
	for (next = page; (next = strstr(next, "\n.It Cm ")); next++)
		items++;
	for (; kith_config_key_at(keys, &key); keys++) {
		if (strcmp(section, key.section) != 0) {
			snprintf(expected, sizeof(expected), "[%s]", key.section);
			assert_string_equal(man_next(&page, ".Ss "), expected);
		}
		section = key.section;
		item = man_next(&page, ".It Cm ");
		assert_string_equal(item, key.name);
		next = strstr(page, "\n.It ");
		snprintf(expected, sizeof(expected), "Default:\n.Ql %s .\n", key.value);
		if (*key.value &&
			(!strstr(page, expected) || (next && strstr(page, expected) > next)))
			fail_msg(
				"kithd.8 names another default of %s than %s", key.name, key.value);
	}
	assert_int_equal(items, keys);
}

/* ---- the home ------------------------------------------------------------------------------- */

static void the_home_is_found(void **state)
{
	char home[KITH_PATH_MAX], here[512], expected[1024];

	(void)state;
	setenv("HOME", "/u", 1);
	unsetenv("XDG_DATA_HOME");
	unsetenv("KITH_HOME");
	assert_int_equal(kith_home_find(NULL, home), 0);
	assert_string_equal(home, "/u/.local/share/kith");
	setenv("XDG_DATA_HOME", "relative", 1);
	assert_int_equal(kith_home_find(NULL, home), 0);
	assert_string_equal(home, "/u/.local/share/kith");
	setenv("XDG_DATA_HOME", "/data", 1);
	assert_int_equal(kith_home_find(NULL, home), 0);
	assert_string_equal(home, "/data/kith");
	setenv("KITH_HOME", "/k//", 1);
	assert_int_equal(kith_home_find(NULL, home), 0);
	assert_string_equal(home, "/k");
	assert_int_equal(kith_home_find("h", home), 0);
	assert_non_null(getcwd(here, sizeof(here)));
	snprintf(expected, sizeof(expected), "%s/h", here);
	assert_string_equal(home, expected);
	assert_int_equal(kith_home_find("", home), KITH_E_NOT_FOUND);
	unsetenv("KITH_HOME");
	unsetenv("XDG_DATA_HOME");
}

static void sockets_of_the_usual_home(void **state)
{
	struct kith_config config;

	setenv("XDG_DATA_HOME", "/data", 1);
	setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
	kith_config_default("/data/kith", &config);
	assert_string_equal(config.api_socket, "/run/user/7/kith/api.sock");
	kith_config_default("/data/other", &config);
	assert_string_equal(config.read_socket, "/data/other/read.sock");
	unsetenv("XDG_RUNTIME_DIR");
	kith_config_default("/data/kith", &config);
	assert_string_equal(config.api_socket, "/data/kith/api.sock");
	unsetenv("XDG_DATA_HOME");
	(void)state;
}

static void a_home_is_made_and_checked(void **state)
{
	char home[512], why[512], keys[512];
	struct stat st;

	temp_home_path(*state, "a/b/home", home);
	assert_int_equal(kith_home_check(home, why, sizeof(why)), KITH_E_NOT_FOUND);
	assert_non_null(strstr(why, "kith"));
	assert_int_equal(kith_home_create(home, why, sizeof(why)), 0);
	assert_int_equal(kith_home_create(home, why, sizeof(why)), 0); /* again changes nothing */
	temp_home_path(home, "keys", keys);
	assert_int_equal(stat(keys, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(chmod(home, 0750), 0);
	assert_int_equal(kith_home_check(home, why, sizeof(why)), 0);
	assert_int_equal(chmod(home, 0701), 0);
	assert_int_equal(kith_home_check(home, why, sizeof(why)), KITH_E_PERMISSION);
	assert_non_null(strstr(why, "chmod 700"));
	assert_int_equal(chmod(home, 0720), 0);
	assert_int_equal(kith_home_check(home, why, sizeof(why)), KITH_E_PERMISSION);
	temp_home_write(*state, "file", "", 0, 0600);
	temp_home_path(*state, "file", home);
	assert_int_equal(kith_home_create(home, why, sizeof(why)), KITH_E_NOT_FOUND);
	temp_home_path(*state, "file/below", home);
	assert_int_not_equal(kith_home_create(home, why, sizeof(why)), 0);
}

#define with_home(test) cmocka_unit_test_setup_teardown(test, make_home, remove_home)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_home(an_empty_file_means_defaults),
		with_home(every_key_is_read),
		with_home(listening_can_be_turned_off),
		with_home(what_is_unknown_is_named),
		with_home(bad_values_are_named),
		with_home(lines_that_are_none),
		with_home(too_many_addresses),
		with_home(a_long_home_says_what_to_do),
		with_home(the_file_itself),
		with_home(what_is_written_is_read),
		with_home(the_commented_defaults_are_the_defaults),
		with_home(bad_settings_write_nothing),
		cmocka_unit_test(the_manual_page_is_complete),
		cmocka_unit_test(the_home_is_found),
		cmocka_unit_test(sockets_of_the_usual_home),
		with_home(a_home_is_made_and_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
