namespace AspireKv.Dialing;

/// <summary>A party was reached at none of its addresses.</summary>
/// <param name="message">Each address, and what became of it.</param>
/// <param name="causes">What the attempts failed with, in the order of the addresses.</param>
public sealed class AllAddressesFailedException(string message, IReadOnlyList<Exception> causes) : IOException(message)
{
    public IReadOnlyList<Exception> Causes { get; } = causes;
}
