namespace AspireKv.Auth;

/// <summary>The service cannot start; the message is one line that says why and what to do, without any secret.</summary>
internal sealed class StartRefusedException(string message, Exception? cause = null) : Exception(message, cause);
