namespace AspireKv.Storage.Failures;

/// <summary>
/// Nothing more is stored: the storage failed or is closed, and it stays so until the directory is opened again. The record was not placed.
/// </summary>
public sealed class StorageUnavailableException : Exception
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
