namespace AspireKv.Cli.Output;

/// <summary>Asks whoever sits at the terminal.</summary>
internal static class Prompt
{
    /// <summary>Whether the answer is yes. Anything else is no, also the end of the input.</summary>
    /// <param name="terminal">Where it is asked: on the standard error, since the standard output may hold JSON.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<bool> AskAsync(Terminal terminal, string question, CancellationToken cancellationToken)
    {
        var answer = await ReadAsync(terminal, $"{question} [y/N] ", terminal.In.ReadLine, cancellationToken);
        return answer?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    /// <summary>A line that nobody sees; null where there is none.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public static Task<string?> AskSecretAsync(Terminal terminal, string question, CancellationToken cancellationToken) =>
        ReadAsync(terminal, $"{question}: ", terminal.ReadSecret, cancellationToken);

    private static async Task<string?> ReadAsync(
        Terminal terminal, string question, Func<string?> read, CancellationToken cancellationToken)
    {
        await terminal.Error.WriteAsync(question);
        await terminal.Error.FlushAsync(cancellationToken);
        try
        {
            // A read of a console cannot be called off; the process ends without waiting for it.
            return await Task.Run(read, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await terminal.Error.WriteLineAsync();
            throw;
        }
    }
}
