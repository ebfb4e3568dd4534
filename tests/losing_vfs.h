/*
 * losing_vfs.h: a layer between SQLite and the disk that knows what a power cut would leave. For
 * tests.
 *
 * It keeps, for each file, the bytes that were synced and the writes since. At an operation with
 * an agreed number it takes a snapshot: for each file the synced bytes, and of the later writes a
 * random choice, each whole, missing or torn at a sector. Nothing is lost from the real files.
 */
#ifndef KITH_TESTS_LOSING_VFS_H
#define KITH_TESTS_LOSING_VFS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "tests/unit/seeded.h"

#define LOSING_FILES     2 /* the database and its log */
#define LOSING_SNAPSHOTS 128
#define LOSING_SECTOR    512

struct losing_image {
	uint8_t *bytes;
	size_t len, room;
};

struct losing_write {
	uint8_t *bytes; /* NULL: a truncation to `at` */
	size_t len;
	size_t at;
};

/* What the disk knows of one file. */
struct losing_disk {
	struct losing_image synced;
	struct losing_write *writes; /* since */
	size_t count, room;
};

struct losing_snapshot {
	struct losing_image files[LOSING_FILES];
	int acknowledged; /* what had been promised by then */
};

struct losing_vfs {
	sqlite3_vfs vfs; /* first */
	sqlite3_vfs *real;
	pthread_mutex_t mutex;
	struct seeded seeded;
	struct losing_disk disks[LOSING_FILES];
	struct losing_snapshot snapshots[LOSING_SNAPSHOTS];
	size_t snapshot_count;
	uint64_t operations;
	unsigned every; /* a snapshot about every so many operations; 0: none */
	atomic_int acknowledged;
};

struct losing_file {
	sqlite3_file base; /* first */
	struct losing_vfs *owner;
	sqlite3_file *real;
	struct losing_disk *disk; /* NULL: not watched */
};

/* ---- images -------------------------------------------------------------------------------- */

static inline void losing_resize(struct losing_image *image, size_t len)
{
	if (len > image->room) {
		image->room = 2 * len;
		image->bytes = realloc(image->bytes, image->room);
		if (!image->bytes)
			abort();
	}
	if (len > image->len)
		memset(image->bytes + image->len, 0, len - image->len);
	image->len = len;
}

static inline void losing_apply(struct losing_image *image, const struct losing_write *write)
{
	if (!write->bytes) {
		losing_resize(image, write->at);
		return;
	}
	if (write->at + write->len > image->len)
		losing_resize(image, write->at + write->len);
	memcpy(image->bytes + write->at, write->bytes, write->len);
}

/* Whole, missing, or the first or the last sectors of it. */
static inline void losing_apply_some(
	struct losing_vfs *f, struct losing_image *image, const struct losing_write *write)
{
	struct losing_write part = *write;
	size_t sectors = write->len / LOSING_SECTOR;
	size_t cut = sectors ? LOSING_SECTOR * seeded_below(&f->seeded, sectors + 1) : 0;

	switch (seeded_below(&f->seeded, 4)) {
	case 0:
		return;
	case 1:
		part.len = write->bytes ? cut : 0;
		break;
	case 2:
		part.bytes = write->bytes ? write->bytes + cut : NULL;
		part.at = write->at + cut;
		part.len = write->len - cut;
		break;
	default:
		break;
	}
	losing_apply(image, &part);
}

static inline void losing_snapshot(struct losing_vfs *f)
{
	struct losing_snapshot *snapshot = &f->snapshots[f->snapshot_count++];
	bool all = seeded_below(&f->seeded, 4) == 0; /* the program died, not the machine */

	snapshot->acknowledged = atomic_load(&f->acknowledged);
	for (size_t i = 0; i < LOSING_FILES; i++) {
		const struct losing_disk *disk = &f->disks[i];

		losing_resize(&snapshot->files[i], disk->synced.len);
		if (disk->synced.len)
			memcpy(snapshot->files[i].bytes, disk->synced.bytes, disk->synced.len);
		for (size_t j = 0; j < disk->count; j++)
			if (all)
				losing_apply(&snapshot->files[i], &disk->writes[j]);
			else
				losing_apply_some(f, &snapshot->files[i], &disk->writes[j]);
	}
}

/* ---- operations ---------------------------------------------------------------------------- */

/* With the mutex held, before the operation. */
static inline void losing_next(struct losing_vfs *f)
{
	f->operations++;
	if (f->every && seeded_below(&f->seeded, f->every) == 0 &&
		f->snapshot_count < LOSING_SNAPSHOTS)
		losing_snapshot(f);
}

static inline void losing_note(struct losing_disk *disk, const void *bytes, size_t len, size_t at)
{
	struct losing_write *write;

	if (disk->count == disk->room) {
		disk->room = 2 * disk->room + 64;
		disk->writes = realloc(disk->writes, disk->room * sizeof(*disk->writes));
		if (!disk->writes)
			abort();
	}
	write = &disk->writes[disk->count++];
	*write = (struct losing_write){.len = len, .at = at};
	if (bytes) {
		write->bytes = malloc(len);
		if (!write->bytes)
			abort();
		memcpy(write->bytes, bytes, len);
	}
}

static inline struct losing_file *losing_of(sqlite3_file *file)
{
	return (struct losing_file *)(void *)file;
}

static inline sqlite3_file *losing_real(sqlite3_file *file)
{
	return losing_of(file)->real;
}

static inline int losing_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
	struct losing_file *mine = losing_of(file);

	if (mine->disk) {
		pthread_mutex_lock(&mine->owner->mutex);
		losing_next(mine->owner);
		losing_note(mine->disk, data, (size_t)len, (size_t)at);
		pthread_mutex_unlock(&mine->owner->mutex);
	}
	return mine->real->pMethods->xWrite(mine->real, data, len, at);
}

static inline int losing_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct losing_file *mine = losing_of(file);

	if (mine->disk) {
		pthread_mutex_lock(&mine->owner->mutex);
		losing_next(mine->owner);
		losing_note(mine->disk, NULL, 0, (size_t)size);
		pthread_mutex_unlock(&mine->owner->mutex);
	}
	return mine->real->pMethods->xTruncate(mine->real, size);
}

static inline int losing_sync(sqlite3_file *file, int flags)
{
	struct losing_file *mine = losing_of(file);
	struct losing_disk *disk = mine->disk;

	(void)flags;
	if (!disk)
		return SQLITE_OK;
	pthread_mutex_lock(&mine->owner->mutex);
	losing_next(mine->owner);
	for (size_t i = 0; i < disk->count; i++) {
		losing_apply(&disk->synced, &disk->writes[i]);
		free(disk->writes[i].bytes);
	}
	disk->count = 0;
	pthread_mutex_unlock(&mine->owner->mutex);
	return SQLITE_OK;
}

static inline int losing_close(sqlite3_file *file)
{
	return losing_real(file)->pMethods->xClose(losing_real(file));
}

static inline int losing_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
	return losing_real(file)->pMethods->xRead(losing_real(file), out, len, at);
}

static inline int losing_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return losing_real(file)->pMethods->xFileSize(losing_real(file), size);
}

static inline int losing_lock(sqlite3_file *file, int level)
{
	return losing_real(file)->pMethods->xLock(losing_real(file), level);
}

static inline int losing_unlock(sqlite3_file *file, int level)
{
	return losing_real(file)->pMethods->xUnlock(losing_real(file), level);
}

static inline int losing_check_lock(sqlite3_file *file, int *out)
{
	return losing_real(file)->pMethods->xCheckReservedLock(losing_real(file), out);
}

static inline int losing_control(sqlite3_file *file, int op, void *arg)
{
	return losing_real(file)->pMethods->xFileControl(losing_real(file), op, arg);
}

static inline int losing_sector(sqlite3_file *file)
{
	(void)file;
	return LOSING_SECTOR;
}

/* Promises nothing: not even that a sector spares its neighbours. */
static inline int losing_device(sqlite3_file *file)
{
	(void)file;
	return 0;
}

static inline int losing_shm_map(
	sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	return losing_real(file)->pMethods->xShmMap(losing_real(file), page, size, extend, out);
}

static inline int losing_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return losing_real(file)->pMethods->xShmLock(losing_real(file), offset, n, flags);
}

static inline void losing_shm_barrier(sqlite3_file *file)
{
	losing_real(file)->pMethods->xShmBarrier(losing_real(file));
}

static inline int losing_shm_unmap(sqlite3_file *file, int remove)
{
	return losing_real(file)->pMethods->xShmUnmap(losing_real(file), remove);
}

static const sqlite3_io_methods losing_methods = {
	.iVersion = 2,
	.xClose = losing_close,
	.xRead = losing_read,
	.xWrite = losing_write,
	.xTruncate = losing_truncate,
	.xSync = losing_sync,
	.xFileSize = losing_size,
	.xLock = losing_lock,
	.xUnlock = losing_unlock,
	.xCheckReservedLock = losing_check_lock,
	.xFileControl = losing_control,
	.xSectorSize = losing_sector,
	.xDeviceCharacteristics = losing_device,
	.xShmMap = losing_shm_map,
	.xShmLock = losing_shm_lock,
	.xShmBarrier = losing_shm_barrier,
	.xShmUnmap = losing_shm_unmap,
};

static inline int losing_open(
	sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	struct losing_vfs *f = (struct losing_vfs *)(void *)vfs;
	struct losing_file *mine = losing_of(file);
	int rc;

	memset(mine, 0, sizeof(*mine));
	mine->owner = f;
	mine->real = (sqlite3_file *)(void *)(mine + 1);
	if (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL))
		mine->disk = flags & SQLITE_OPEN_MAIN_DB ? &f->disks[0] : NULL;
	if (flags & SQLITE_OPEN_WAL)
		mine->disk = &f->disks[1];
	rc = f->real->xOpen(f->real, name, mine->real, flags, out_flags);
	if (mine->real->pMethods)
		mine->base.pMethods = &losing_methods;
	return rc;
}

static inline void losing_install(struct losing_vfs *f)
{
	*f = (struct losing_vfs){.real = sqlite3_vfs_find(NULL), .seeded = {17}};
	f->vfs = *f->real;
	f->vfs.zName = "kith-losing";
	f->vfs.szOsFile = (int)sizeof(struct losing_file) + f->real->szOsFile;
	f->vfs.xOpen = losing_open;
	pthread_mutex_init(&f->mutex, NULL);
	sqlite3_vfs_register(&f->vfs, 1);
}

/* Everything is as if it had always been on disk; counting begins. */
static inline void losing_begin(struct losing_vfs *f, unsigned every)
{
	pthread_mutex_lock(&f->mutex);
	f->every = every;
	pthread_mutex_unlock(&f->mutex);
}

static inline void losing_remove(struct losing_vfs *f)
{
	sqlite3_vfs_unregister(&f->vfs);
	sqlite3_vfs_register(f->real, 1);
	for (size_t i = 0; i < LOSING_FILES; i++) {
		for (size_t j = 0; j < f->disks[i].count; j++)
			free(f->disks[i].writes[j].bytes);
		free(f->disks[i].writes);
		free(f->disks[i].synced.bytes);
	}
	for (size_t i = 0; i < f->snapshot_count; i++)
		for (size_t j = 0; j < LOSING_FILES; j++)
			free(f->snapshots[i].files[j].bytes);
	pthread_mutex_destroy(&f->mutex);
}

#endif
