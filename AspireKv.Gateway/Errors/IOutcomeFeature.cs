namespace AspireKv.Gateway.Errors;

/// <summary>
/// What became of the change that a request asks for, as far as the gateway knows: a feature of the request. An answer that says nothing
/// else of the change, since the request failed, says this.
/// </summary>
internal interface IOutcomeFeature
{
    /// <summary>One of the words of <see cref="Errors.Outcome"/>.</summary>
    string Outcome { get; }
}
