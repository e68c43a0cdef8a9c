namespace AspireKv.ServiceDefaults.StartUp;

/// <summary>
/// The service must not start as it is. The message is for an operator: one line that says why and what to do, without any secret.
/// </summary>
public sealed class StartUpException(string message, Exception? cause = null) : Exception(message, cause);
