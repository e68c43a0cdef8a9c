namespace AspireKv.Storage.Failures;

/// <summary>
/// The data directory cannot be used: in use by another process, another node's, or not writable. The message is one line that names the
/// directory and what to do.
/// </summary>
public sealed class DataDirectoryException : Exception
{
    public DataDirectoryException(string message)
        : base(message)
    {
    }

    public DataDirectoryException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
