namespace AspireKv.Storage.Files;

/// <summary>
/// The kernel could not bring to stable storage what was written. Nothing is known of it from then on, and a sync that is tried again and
/// succeeds proves nothing.
/// </summary>
internal sealed class SyncFailedException(string message, int errno) : IOException(message, errno);
