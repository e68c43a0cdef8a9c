namespace AspireKv.StorageNode;

/// <summary>The node must not start as it is configured; the message is one line that says what to do.</summary>
internal sealed class StartUpException(string message) : Exception(message);
