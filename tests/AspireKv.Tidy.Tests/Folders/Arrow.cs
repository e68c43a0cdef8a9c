namespace AspireKv.Tidy.Tests.Folders;

/// <summary>
/// Code in one folder names a type of another one. Folders are paths below their project, with dots; the project's own folder is
/// <c>(root)</c>.
/// </summary>
internal sealed record Arrow(string From, string To) : IComparable<Arrow>
{
    public int CompareTo(Arrow? other) => string.CompareOrdinal(ToString(), other?.ToString());

    public override string ToString() => $"{From} -> {To}";
}
