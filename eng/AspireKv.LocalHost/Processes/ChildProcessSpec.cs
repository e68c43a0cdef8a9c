namespace AspireKv.LocalHost.Processes;

/// <summary><c>OnLine</c>: gets each line of output, and whether it is of the error stream; called from pool threads, must not throw.</summary>
internal sealed record ChildProcessSpec(
    string FileName,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    IReadOnlyDictionary<string, string> Environment,
    Action<string, bool> OnLine);
