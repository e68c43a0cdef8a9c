namespace AspireKv.Cli.Output;

/// <summary>The command ends here. The message is one line for whoever typed it, without any secret.</summary>
internal sealed class CommandFailedException(ExitCode exitCode, string message, Exception? cause = null) : Exception(message, cause)
{
    public ExitCode ExitCode => exitCode;
}
