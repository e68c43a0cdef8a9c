namespace AspireKv.ServiceDefaults.StartUp;

/// <summary>Something that a program does instead of serving, when the first argument names it.</summary>
/// <param name="Name">The first argument.</param>
/// <param name="Operands">What follows the name, one word each, as the usage shows them.</param>
/// <param name="Summary">What the command does, in one line.</param>
/// <param name="RunAsync">
/// Carries the command out, given the words that follow its name and then the settings; may refuse by a
/// <see cref="StartUpException"/>.
/// </param>
public sealed record ServiceCommand(
    string Name, IReadOnlyList<string> Operands, string Summary, Func<IReadOnlyList<string>, string[], Task> RunAsync)
{
    /// <summary>What may follow in any number, as the usage shows it; null where nothing may.</summary>
    public string? More { get; init; }

    /// <summary>The command as somebody types it.</summary>
    internal string Usage => string.Join(' ', [Name, .. Operands, .. More is null ? (string[])[] : [More]]);
}
