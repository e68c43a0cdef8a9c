using AspireKv.Cli.Output;

namespace AspireKv.Cli.Verbs;

/// <summary>A file whose first line is a secret.</summary>
internal static class SecretFile
{
    private const int MaxCharacters = 16 * 1024;

    /// <summary>The first line, without its end.</summary>
    /// <exception cref="CommandFailedException">It cannot be read, or has none.</exception>
    public static string Read(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var buffer = new char[MaxCharacters];
            var text = new string(buffer, 0, reader.ReadBlock(buffer));
            var line = text.Split('\n')[0].TrimEnd('\r');
            return line.Length is > 0 and < MaxCharacters
                ? line
                : throw new CommandFailedException(ExitCode.Refused, $"the first line of '{path}' holds nothing, or far too much.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandFailedException(ExitCode.Refused, $"'{path}' cannot be read ({exception.Message})", exception);
        }
    }
}
