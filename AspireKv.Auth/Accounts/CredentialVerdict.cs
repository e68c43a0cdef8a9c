namespace AspireKv.Auth.Accounts;

/// <param name="Outcome">Success, Refused, Throttled, Busy or Unavailable.</param>
/// <param name="RetryAfter">When another try makes sense; zero after a success or a refusal.</param>
internal readonly record struct CredentialVerdict(LoginOutcome Outcome, TimeSpan RetryAfter = default);
