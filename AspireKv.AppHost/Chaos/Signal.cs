namespace AspireKv.AppHost.Chaos;

/// <summary>The signals that the chaos commands send, by Linux's numbers.</summary>
internal enum Signal
{
    Kill = 9,
    Continue = 18,
    Stop = 19,
}
