using System.Text.Json;
using AspireKv.Cli.Output;
using AspireKv.Cli.Replies;

namespace AspireKv.Cli.Planning;

/// <summary>A plan in a file, as the gateway wrote it.</summary>
internal static class PlanFile
{
    /// <summary>Room for a plan that moves all partitions of a large cluster.</summary>
    private const int MaxCharacters = 16 * 1024 * 1024;

    private const string StandardInput = "-";

    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public static async Task WriteAsync(string path, string json, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(path, json.TrimEnd('\r', '\n') + "\n", cancellationToken);
        }
        catch (Exception exception) when (IsOfTheFile(exception))
        {
            throw new CommandFailedException(ExitCode.Refused, $"'{path}' cannot be written ({exception.Message})", exception);
        }
    }

    /// <summary>The plan as it was written, and what it is committed by.</summary>
    /// <param name="path">The file, or <c>-</c> for the standard input.</param>
    /// <param name="terminal">Where the standard input is.</param>
    /// <param name="cancellationToken">Ends the wait for the input.</param>
    /// <exception cref="CommandFailedException">It cannot be read, or is no plan.</exception>
    public static async Task<(string Json, string Id)> ReadAsync(string path, Terminal terminal, CancellationToken cancellationToken)
    {
        var name = path == StandardInput ? "the standard input" : $"'{path}'";
        try
        {
            // A read of a console or a pipe cannot be called off; the process ends without waiting for it.
            var json = path == StandardInput
                ? await Task.Run(() => ReadAll(terminal.In, name), cancellationToken).WaitAsync(cancellationToken)
                : ReadFile(path, name);
            var plan = JsonSerializer.Deserialize(json, KeptPlanJson.Default.KeptPlan) ?? throw new JsonException("null");
            return IsId(plan.Id) ? (json, plan.Id) : throw new JsonException("id");
        }
        catch (JsonException exception)
        {
            throw new CommandFailedException(
                ExitCode.Refused, $"{name} holds no plan: keep one with 'akv plan ... --out FILE'.", exception);
        }
        catch (Exception exception) when (IsOfTheFile(exception))
        {
            throw new CommandFailedException(ExitCode.Refused, $"{name} cannot be read ({exception.Message})", exception);
        }
    }

    private static string ReadFile(string path, string name)
    {
        using var reader = new StreamReader(path);
        return ReadAll(reader, name);
    }

    private static string ReadAll(TextReader reader, string name)
    {
        using var text = new StringWriter();
        var buffer = new char[16 * 1024];
        for (int read, sum = 0; (read = reader.ReadBlock(buffer)) > 0;)
        {
            sum += read;
            if (sum > MaxCharacters)
            {
                throw new CommandFailedException(ExitCode.Refused, $"{name} is longer than any plan.");
            }

            text.Write(buffer, 0, read);
        }

        return text.ToString();
    }

    /// <summary>An id stands in a path, in which dots alone would lead elsewhere.</summary>
    private static bool IsId(string id) =>
        id.Length is > 0 and <= 128 && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static bool IsOfTheFile(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}
