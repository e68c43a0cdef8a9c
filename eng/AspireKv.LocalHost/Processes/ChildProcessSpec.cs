namespace AspireKv.LocalHost.Processes;

/// <param name="OnLine">Gets each line of output, and whether it is of the error stream; called from pool threads, must not throw.</param>
internal sealed record ChildProcessSpec(
    string FileName,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    IReadOnlyDictionary<string, string> Environment,
    Action<string, bool> OnLine);
