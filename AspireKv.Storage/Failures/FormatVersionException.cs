namespace AspireKv.Storage.Failures;

/// <summary>
/// A file is whole but of a format version that this program does not know; it is left as it is, for the program that does.
/// </summary>
internal sealed class FormatVersionException : Exception
{
    public FormatVersionException(long version, long known)
        : base($"it is of format version {version}, and this program knows only {known}")
    {
    }

    public FormatVersionException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
