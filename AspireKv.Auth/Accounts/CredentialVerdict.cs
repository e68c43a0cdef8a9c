namespace AspireKv.Auth.Accounts;

/// <param name="Outcome">Success, Refused, Throttled or Busy.</param>
/// <param name="RetryAfter">When another try makes sense; zero unless throttled or busy.</param>
internal readonly record struct CredentialVerdict(LoginOutcome Outcome, TimeSpan RetryAfter = default);
