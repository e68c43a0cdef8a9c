namespace AspireKv.StorageNode.Storage;

/// <summary>
/// Nothing more is stored: the write-ahead log failed (then it stays so until the process is started again), or more waits to be written than its bounds
/// allow (then it passes). The record was not placed.
/// </summary>
internal sealed class StorageUnavailableException : Exception
{
    public StorageUnavailableException(string message)
        : base(message)
    {
    }

    public StorageUnavailableException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
