/*
 * faulty_vfs.h: a layer between SQLite and the disk that counts, and fails when told to. For
 * tests.
 *
 * Every write, truncation and sync of any file is an operation with a number. From number `from`
 * on, `count` operations fail with `rc`, as if the disk were full or broken; a write that fails
 * has written half of its bytes. Syncs are counted but not done: no test here pulls the plug.
 */
#ifndef KITH_TESTS_FAULTY_VFS_H
#define KITH_TESTS_FAULTY_VFS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

struct faulty_vfs {
	sqlite3_vfs vfs; /* first */
	sqlite3_vfs *real;
	pthread_mutex_t mutex;
	uint64_t operations;
	uint64_t from; /* 0: never fails */
	uint64_t count;
	uint64_t failed;
	int rc;
	uint64_t wal_syncs, db_syncs;
};

struct faulty_file {
	sqlite3_file base; /* first */
	struct faulty_vfs *owner;
	sqlite3_file *real; /* behind this struct */
	bool is_wal;
};

static inline struct faulty_file *faulty_of(sqlite3_file *file)
{
	return (struct faulty_file *)(void *)file;
}

static inline sqlite3_file *faulty_real(sqlite3_file *file)
{
	return faulty_of(file)->real;
}

/* 0, or what this operation fails with. */
static inline int faulty_next(struct faulty_vfs *f)
{
	int rc = 0;

	pthread_mutex_lock(&f->mutex);
	f->operations++;
	if (f->from && f->operations >= f->from && f->operations - f->from < f->count) {
		f->failed++;
		rc = f->rc;
	}
	pthread_mutex_unlock(&f->mutex);
	return rc;
}

/* ---- files --------------------------------------------------------------------------------- */

static inline int faulty_close(sqlite3_file *file)
{
	return faulty_real(file)->pMethods->xClose(faulty_real(file));
}

static inline int faulty_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
	return faulty_real(file)->pMethods->xRead(faulty_real(file), out, len, at);
}

static inline int faulty_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
	int rc = faulty_next(faulty_of(file)->owner);
	int real_rc = faulty_real(file)->pMethods->xWrite(
		faulty_real(file), data, rc ? len / 2 : len, at);

	return rc ? rc : real_rc;
}

static inline int faulty_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	int rc = faulty_next(faulty_of(file)->owner);

	return rc ? rc : faulty_real(file)->pMethods->xTruncate(faulty_real(file), size);
}

static inline int faulty_sync(sqlite3_file *file, int flags)
{
	struct faulty_vfs *f = faulty_of(file)->owner;
	int rc = faulty_next(f);

	(void)flags;
	pthread_mutex_lock(&f->mutex);
	if (faulty_of(file)->is_wal)
		f->wal_syncs++;
	else
		f->db_syncs++;
	pthread_mutex_unlock(&f->mutex);
	return rc == SQLITE_IOERR_WRITE ? SQLITE_IOERR_FSYNC : rc;
}

static inline int faulty_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return faulty_real(file)->pMethods->xFileSize(faulty_real(file), size);
}

static inline int faulty_lock(sqlite3_file *file, int level)
{
	return faulty_real(file)->pMethods->xLock(faulty_real(file), level);
}

static inline int faulty_unlock(sqlite3_file *file, int level)
{
	return faulty_real(file)->pMethods->xUnlock(faulty_real(file), level);
}

static inline int faulty_check_lock(sqlite3_file *file, int *out)
{
	return faulty_real(file)->pMethods->xCheckReservedLock(faulty_real(file), out);
}

static inline int faulty_control(sqlite3_file *file, int op, void *arg)
{
	return faulty_real(file)->pMethods->xFileControl(faulty_real(file), op, arg);
}

static inline int faulty_sector(sqlite3_file *file)
{
	return faulty_real(file)->pMethods->xSectorSize(faulty_real(file));
}

static inline int faulty_device(sqlite3_file *file)
{
	return faulty_real(file)->pMethods->xDeviceCharacteristics(faulty_real(file));
}

static inline int faulty_shm_map(
	sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	return faulty_real(file)->pMethods->xShmMap(faulty_real(file), page, size, extend, out);
}

static inline int faulty_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return faulty_real(file)->pMethods->xShmLock(faulty_real(file), offset, n, flags);
}

static inline void faulty_shm_barrier(sqlite3_file *file)
{
	faulty_real(file)->pMethods->xShmBarrier(faulty_real(file));
}

static inline int faulty_shm_unmap(sqlite3_file *file, int remove)
{
	return faulty_real(file)->pMethods->xShmUnmap(faulty_real(file), remove);
}

static const sqlite3_io_methods faulty_methods = {
	.iVersion = 2,
	.xClose = faulty_close,
	.xRead = faulty_read,
	.xWrite = faulty_write,
	.xTruncate = faulty_truncate,
	.xSync = faulty_sync,
	.xFileSize = faulty_size,
	.xLock = faulty_lock,
	.xUnlock = faulty_unlock,
	.xCheckReservedLock = faulty_check_lock,
	.xFileControl = faulty_control,
	.xSectorSize = faulty_sector,
	.xDeviceCharacteristics = faulty_device,
	.xShmMap = faulty_shm_map,
	.xShmLock = faulty_shm_lock,
	.xShmBarrier = faulty_shm_barrier,
	.xShmUnmap = faulty_shm_unmap,
};

static inline int faulty_open(
	sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	struct faulty_vfs *f = (struct faulty_vfs *)(void *)vfs;
	struct faulty_file *mine = faulty_of(file);
	int rc;

	memset(mine, 0, sizeof(*mine));
	mine->owner = f;
	mine->real = (sqlite3_file *)(void *)(mine + 1);
	mine->is_wal = (flags & SQLITE_OPEN_WAL) != 0;
	rc = f->real->xOpen(f->real, name, mine->real, flags, out_flags);
	if (mine->real->pMethods)
		mine->base.pMethods = &faulty_methods;
	return rc;
}

/* ---- the layer ----------------------------------------------------------------------------- */

/* Becomes the default for everything opened from now on. */
static inline void faulty_install(struct faulty_vfs *f)
{
	*f = (struct faulty_vfs){.real = sqlite3_vfs_find(NULL), .rc = SQLITE_FULL};
	f->vfs = *f->real;
	f->vfs.zName = "kith-faulty";
	f->vfs.szOsFile = (int)sizeof(struct faulty_file) + f->real->szOsFile;
	f->vfs.xOpen = faulty_open;
	pthread_mutex_init(&f->mutex, NULL);
	sqlite3_vfs_register(&f->vfs, 1);
}

static inline void faulty_remove(struct faulty_vfs *f)
{
	sqlite3_vfs_unregister(&f->vfs);
	sqlite3_vfs_register(f->real, 1);
	pthread_mutex_destroy(&f->mutex);
}

/* From operation `from` (counted from now, 1 is the next) on, `count` of them fail. 0: none. */
static inline void faulty_arm(struct faulty_vfs *f, uint64_t from, uint64_t count, int rc)
{
	pthread_mutex_lock(&f->mutex);
	f->operations = 0;
	f->failed = 0;
	f->from = from;
	f->count = count;
	f->rc = rc;
	pthread_mutex_unlock(&f->mutex);
}

#endif
