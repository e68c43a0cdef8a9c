namespace AspireKv.Durability;

/// <summary>
/// The kernel could not bring to stable storage what was written. Nothing is known of it from then on, and a sync that is tried again and
/// succeeds proves nothing.
/// </summary>
/// <param name="message">What was to be synced, and why it was not.</param>
/// <param name="errno">The error of the C library.</param>
public sealed class SyncFailedException(string message, int errno) : IOException(message, errno);
