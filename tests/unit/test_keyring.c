/* Key files: made whole, opened with the right passphrase, refused when others could have used
 * them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "keys/secret.h"
#include "node/config.h"
#include "node/keyring.h"
#include "node/passphrase.h"
#include "tests/unit/temp_home.h"

static const char *const names[] = {"keys/author.key", "keys/node.key", "keys/recovery.key"};
static const enum kith_id_type types[] = {KITH_ID_AUTHOR, KITH_ID_NODE, KITH_ID_RECOVERY};

static int make_home(void **state)
{
	char why[512], *home = malloc(256);

	assert_non_null(home);
	assert_int_equal(kith_keys_init(), 0);
	temp_home_make(home);
	assert_int_equal(kith_home_create(home, why, sizeof(why)), 0);
	*state = home;
	return 0;
}

static int remove_home(void **state)
{
	temp_home_remove(*state);
	free(*state);
	return 0;
}

static int create(const char *home, const char *passphrase, char why[512])
{
	struct kith_rng rng = kith_rng_system();

	return kith_keyring_create(
		home, passphrase, passphrase ? strlen(passphrase) : 0, &rng, why, 512);
}

static int open_ring(
	const char *home, const char *passphrase, struct kith_keyring *out, char why[512])
{
	why[0] = '\0';
	return kith_keyring_open(
		home, passphrase, passphrase ? strlen(passphrase) : 0, out, why, 512);
}

static void expect_refused(const char *home, int err, const char *words)
{
	struct kith_keyring ring = {0};
	char why[512];

	assert_int_equal(open_ring(home, NULL, &ring, why), err);
	assert_null(ring.author);
	if (!strstr(why, words))
		fail_msg("wanted \"%s\" in: %s", words, why);
}

static void made_and_opened(void **state)
{
	struct kith_keyring ring;
	struct kith_keyfile_info info;
	char why[512], path[KITH_PATH_MAX];
	struct stat st;

	assert_int_equal(create(*state, NULL, why), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(kith_keyring_path(*state, types[i], path, sizeof(path)), 0);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
		assert_int_equal(kith_keyring_inspect(path, &info, why, sizeof(why)), 0);
		assert_int_equal(info.type, types[i]);
		assert_false(info.sealed);
	}
	assert_int_equal(open_ring(*state, NULL, &ring, why), 0);
	assert_int_equal(kith_keyring_path(*state, KITH_ID_AUTHOR, path, sizeof(path)), 0);
	assert_int_equal(kith_keyring_inspect(path, &info, why, sizeof(why)), 0);
	assert_memory_equal(ring.author->public_key.bytes, info.public_key, KITH_ID_LEN);
	kith_keyring_clear(&ring);
	assert_null(ring.author);
	assert_int_equal(
		kith_keyring_path(*state, KITH_ID_CIRCLE, path, sizeof(path)), KITH_E_ARGUMENT);
}

static void a_seal_needs_its_passphrase(void **state)
{
	struct kith_keyring ring;
	struct kith_keyfile_info info;
	char why[512], path[KITH_PATH_MAX];

	assert_int_equal(create(*state, "correct horse", why), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(kith_keyring_path(*state, types[i], path, sizeof(path)), 0);
		assert_int_equal(kith_keyring_inspect(path, &info, why, sizeof(why)), 0);
		assert_int_equal(info.sealed, types[i] != KITH_ID_NODE);
	}
	assert_int_equal(open_ring(*state, NULL, &ring, why), KITH_E_PASSPHRASE);
	assert_non_null(strstr(why, "is sealed; a passphrase is needed"));
	assert_int_equal(open_ring(*state, "correct Horse", &ring, why), KITH_E_PASSPHRASE);
	assert_non_null(strstr(why, "wrong passphrase"));
	assert_non_null(strstr(why, "keys/author.key"));
	assert_int_equal(open_ring(*state, "correct horse", &ring, why), 0);
	kith_keyring_clear(&ring);
}

/* None of the three is ever written over, and a failure leaves none behind. */
static void nothing_is_overwritten(void **state)
{
	char why[512], path[512], before[2048];
	size_t len;

	for (size_t i = 0; i < 3; i++) {
		temp_home_write(*state, names[i], "precious", 8, 0600);
		assert_int_equal(create(*state, NULL, why), KITH_E_EXISTS);
		assert_non_null(strstr(why, names[i]));
		len = temp_home_read(*state, names[i], before, sizeof(before));
		assert_int_equal(len, 8);
		temp_home_path(*state, names[i], path);
		assert_int_equal(remove(path), 0);
		temp_home_path(*state, "keys", path);
		assert_int_equal(rmdir(path), 0); /* empty: nothing half made */
		assert_int_equal(mkdir(path, 0700), 0);
	}
	temp_home_path(*state, "keys", path);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(create(*state, NULL, why), KITH_E_NOT_FOUND);
	assert_int_equal(access(path, F_OK), -1);
}

/* When the second file does not fit on the disk, the first one goes again. */
static void half_a_keyring_is_none(void **state)
{
	struct rlimit before, little;
	char why[512], path[512], text[2048];
	void (*handler)(int);
	size_t unsealed;

	assert_int_equal(create(*state, NULL, why), 0);
	unsealed = temp_home_read(*state, names[1], text, sizeof(text));
	for (size_t i = 0; i < 3; i++) {
		temp_home_path(*state, names[i], path);
		assert_int_equal(unlink(path), 0);
	}
	handler = signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	little = (struct rlimit){unsealed, before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	assert_int_equal(create(*state, "correct horse", why), KITH_E_IO); /* sealed is longer */
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, handler);
	assert_non_null(strstr(why, "keys/recovery.key"));
	temp_home_path(*state, "keys", path);
	assert_int_equal(rmdir(path), 0); /* empty */
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(create(*state, NULL, why), 0);
}

static void open_modes_are_refused(void **state)
{
	static const unsigned modes[] = {0640, 0604, 0620, 0602, 0610, 0601, 0644, 0666};
	char why[512], path[512];

	assert_int_equal(create(*state, NULL, why), 0);
	for (size_t i = 0; i < 2; i++) {
		temp_home_path(*state, names[i], path);
		for (size_t j = 0; j < sizeof(modes) / sizeof(modes[0]); j++) {
			assert_int_equal(chmod(path, (mode_t)modes[j]), 0);
			expect_refused(*state, KITH_E_PERMISSION, "chmod 600");
		}
		assert_int_equal(chmod(path, 0600), 0);
	}
}

static void other_owners_are_refused(void **state)
{
	char why[512], path[512];

	assert_int_equal(create(*state, NULL, why), 0);
	temp_home_path(*state, names[0], path);
	if (chown(path, 12345, 12345) != 0) {
		print_message("# only root can give files away\n");
		skip();
	}
	expect_refused(*state, KITH_E_PERMISSION, "belongs to user 12345");
}

static void only_regular_files(void **state)
{
	char why[512], path[512], other[512];

	assert_int_equal(create(*state, NULL, why), 0);
	temp_home_path(*state, names[0], path);
	temp_home_path(*state, "elsewhere.key", other);
	assert_int_equal(rename(path, other), 0);
	expect_refused(*state, KITH_E_NOT_FOUND, "keys/author.key");
	assert_int_equal(symlink(other, path), 0);
	expect_refused(*state, KITH_E_PERMISSION, "is a symbolic link");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0); /* nobody writes: must not wait */
	expect_refused(*state, KITH_E_PERMISSION, "not a regular file");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	expect_refused(*state, KITH_E_PERMISSION, "not a regular file");
}

static void damaged_files_are_named(void **state)
{
	char why[512], text[2048], big[4096];
	size_t len;

	assert_int_equal(create(*state, NULL, why), 0);
	len = temp_home_read(*state, names[1], text, sizeof(text));
	temp_home_write(*state, names[0], text, len, 0600); /* a node's key in the author's place */
	expect_refused(*state, KITH_E_WRONG_TYPE, "keys/author.key");
	temp_home_write(*state, names[0], "", 0, 0600);
	expect_refused(*state, KITH_E_TRUNCATED, "keys/author.key");
	memset(big, 'x', sizeof(big));
	temp_home_write(*state, names[0], big, sizeof(big), 0600);
	expect_refused(*state, KITH_E_TOO_LARGE, "longer than");
	text[len - 2] = text[len - 2] == '0' ? '1' : '0';
	temp_home_write(*state, names[1], text, len, 0600);
	expect_refused(*state, KITH_E_CORRUPT, "keys/node.key");
}

/* ---- where a passphrase comes from ---------------------------------------------------------- */

static void expect_passphrase(const char *file, const char *text)
{
	struct kith_passphrase found;
	char why[512] = "";
	int err = kith_passphrase_find(file, NULL, &found, why, sizeof(why));

	if (err)
		fail_msg("%s", why);
	assert_string_equal(found.text, text);
	assert_int_equal(found.len, strlen(text));
	kith_passphrase_clear(&found);
}

static void sources_in_their_order(void **state)
{
	char a[512], b[512], dir[512];

	temp_home_write(*state, "a", "from a\n", 7, 0600);
	temp_home_write(*state, "b", "from b\r\n", 8, 0400);
	temp_home_path(*state, "a", a);
	temp_home_path(*state, "b", b);
	temp_home_path(*state, "credentials", dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	setenv("KITH_PASSPHRASE_FILE", b, 1);
	expect_passphrase(NULL, "from b");
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	expect_passphrase(NULL, "from b"); /* there is no such credential */
	temp_home_write(dir, "passphrase", " two  words \n\n", 14, 0440);
	expect_passphrase(NULL, " two  words \n"); /* one line break only */
	expect_passphrase(a, "from a");
	unsetenv("CREDENTIALS_DIRECTORY");
	unsetenv("KITH_PASSPHRASE_FILE");
}

static void bad_passphrase_files(void **state)
{
	struct kith_passphrase found;
	char why[512], a[512], big[KITH_PASSPHRASE_MAX + 10];

	temp_home_path(*state, "a", a);
	assert_int_equal(
		kith_passphrase_find(NULL, NULL, &found, why, sizeof(why)), KITH_E_PASSPHRASE);
	assert_int_equal(kith_passphrase_find(a, NULL, &found, why, sizeof(why)), KITH_E_NOT_FOUND);
	assert_non_null(strstr(why, a));
	temp_home_write(*state, "a", "\n", 1, 0600);
	assert_int_equal(
		kith_passphrase_find(a, NULL, &found, why, sizeof(why)), KITH_E_PASSPHRASE);
	assert_non_null(strstr(why, "is empty"));
	temp_home_write(*state, "a", "x\n", 2, 0604);
	assert_int_equal(
		kith_passphrase_find(a, NULL, &found, why, sizeof(why)), KITH_E_PERMISSION);
	memset(big, 'x', sizeof(big));
	temp_home_write(*state, "a", big, sizeof(big), 0600);
	assert_int_equal(kith_passphrase_find(a, NULL, &found, why, sizeof(why)), KITH_E_TOO_LARGE);
	assert_null(found.text);
}

static void random_bytes_differ(void **state)
{
	struct kith_rng rng = kith_rng_system();
	uint8_t a[300] = {0}, b[300] = {0};

	(void)state;
	kith_rng_fill(&rng, a, sizeof(a));
	kith_rng_fill(&rng, b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
	assert_memory_not_equal(a + 268, (uint8_t[32]){0}, 32); /* to the very end */
}

#define with_home(test) cmocka_unit_test_setup_teardown(test, make_home, remove_home)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_home(made_and_opened),
		with_home(a_seal_needs_its_passphrase),
		with_home(nothing_is_overwritten),
		with_home(half_a_keyring_is_none),
		with_home(open_modes_are_refused),
		with_home(other_owners_are_refused),
		with_home(only_regular_files),
		with_home(damaged_files_are_named),
		with_home(sources_in_their_order),
		with_home(bad_passphrase_files),
		cmocka_unit_test(random_bytes_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
