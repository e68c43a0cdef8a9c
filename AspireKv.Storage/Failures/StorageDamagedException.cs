namespace AspireKv.Storage.Failures;

/// <summary>
/// What this node once kept is no longer whole. The node must not vote with a hole in its memory, so it serves nothing more from these
/// files.
/// The message is one line that names the file and what is wrong with it.
/// </summary>
public sealed class StorageDamagedException : Exception
{
    public StorageDamagedException(string message)
        : base(message)
    {
    }

    public StorageDamagedException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
