/*
 * replay.c: runs a fuzz target over files, without a fuzzer.
 *
 *     fuzz_NAME FILE-OR-FOLDER...
 *
 * Each file is given to the target as it is, then mutated MUTATIONS times in ways that depend only
 * on its bytes, so that every run is alike. One TAP line a file; a crash ends the program, and the
 * last line printed says which file it was.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MUTATIONS 200
#define FILE_MAX  (1u << 20)
#define GROWTH    64 /* bytes that mutations may add */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What the run has counted so far. */
struct replay {
	unsigned files;
	unsigned failures;
};

/* An input while it is mutated; room for FILE_MAX + GROWTH. */
struct input {
	uint8_t *bytes;
	size_t len;
};

/* ---- mutations -------------------------------------------------------------------------- */

/* xorshift64; never zero. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static size_t below(uint64_t *state, size_t limit)
{
	return limit ? (size_t)(next_random(state) % limit) : 0;
}

/* FNV-1a: the same file is mutated in the same ways, whatever stands beside it. */
static uint64_t seed_of(const uint8_t *bytes, size_t len)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3u;
	return hash | 1;
}

static void insert_byte(struct input *input, size_t at, uint8_t byte)
{
	memmove(input->bytes + at + 1, input->bytes + at, input->len - at);
	input->bytes[at] = byte;
	input->len++;
}

static void remove_byte(struct input *input, size_t at)
{
	memmove(input->bytes + at, input->bytes + at + 1, input->len - at - 1);
	input->len--;
}

static void mutate_once(struct input *input, uint64_t *state)
{
	static const uint8_t edges[] = {0x00, 0x01, 0x7f, 0x80, 0xff, '0', '\n', ' '};
	size_t at = below(state, input->len), other = below(state, input->len);
	uint8_t edge = edges[below(state, sizeof(edges))];
	size_t kind = below(state, 6);

	if (kind == 4 || input->len == 0)
		insert_byte(input, at, edge);
	else if (kind <= 1)
		input->bytes[at] ^= (uint8_t)(1u << below(state, 8));
	else if (kind == 2)
		input->bytes[at] = edge;
	else if (kind == 3)
		input->bytes[at] = input->bytes[other];
	else
		remove_byte(input, at);
}

static void mutate(struct input *input, uint64_t *state)
{
	size_t changes = 1 + below(state, 4);

	if (below(state, 4) == 0) {
		input->len = below(state, input->len + 1);
		return;
	}
	while (changes-- > 0)
		mutate_once(input, state);
}

/* ---- running ---------------------------------------------------------------------------- */

/* A copy of exactly this length, so that a sanitizer sees a read beyond it. */
static bool run_one(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	int status;

	if (!copy)
		return false;
	memcpy(copy, bytes, len);
	status = LLVMFuzzerTestOneInput(copy, len);
	free(copy);
	return status == 0;
}

static bool run_mutations(const uint8_t *bytes, size_t len)
{
	struct input input = {malloc(len + GROWTH), 0};
	uint64_t state = seed_of(bytes, len);
	bool ok = input.bytes != NULL;

	for (unsigned i = 0; ok && i < MUTATIONS; i++) {
		memcpy(input.bytes, bytes, len);
		input.len = len;
		mutate(&input, &state);
		ok = run_one(input.bytes, input.len);
	}
	free(input.bytes);
	return ok;
}

static bool read_file(const char *path, uint8_t **bytes, size_t *len)
{
	FILE *file = fopen(path, "rb");
	uint8_t *buf = malloc(FILE_MAX + 1);
	bool ok = file && buf;

	if (ok) {
		*len = fread(buf, 1, FILE_MAX + 1, file);
		ok = !ferror(file) && *len <= FILE_MAX;
	}
	if (file)
		fclose(file);
	if (ok)
		*bytes = buf;
	else
		free(buf);
	return ok;
}

static void run_file(const char *path, struct replay *replay)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	bool ok;

	printf("# %s\n", path);
	fflush(stdout);
	replay->files++;
	ok = read_file(path, &bytes, &len);
	if (!ok)
		printf("# cannot be read, or is larger than %u bytes\n", FILE_MAX);
	ok = ok && run_one(bytes, len) && run_mutations(bytes, len);
	free(bytes);
	replay->failures += !ok;
	printf("%s %u - %s\n", ok ? "ok" : "not ok", replay->files, path);
	fflush(stdout);
}

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Folders inside folders are not followed: a corpus is flat. */
static void run_folder(const char *folder, struct replay *replay)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, visible, alphasort);
	char path[4096];

	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		if (!is_folder(path))
			run_file(path, replay);
		free(entries[i]);
	}
	free(entries);
}

int main(int argc, char **argv)
{
	struct replay replay = {0};

	for (int i = 1; i < argc; i++) {
		if (is_folder(argv[i]))
			run_folder(argv[i], &replay);
		else
			run_file(argv[i], &replay);
	}
	if (replay.files == 0) {
		printf("not ok 1 - no input found: give files or folders that hold some\n");
		return 1;
	}
	printf("1..%u\n", replay.files);
	return replay.failures ? 1 : 0;
}
