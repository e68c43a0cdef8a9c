namespace AspireKv.ServiceDefaults.Listening;

/// <summary>Where a service tells operators about itself; read by <see cref="ManagementListener"/>.</summary>
internal sealed class ManagementOptions
{
    public const string SectionName = "Management";

    /// <summary>
    /// Where metrics, the details of health and the gateway's documentation are served without a token, such as http://127.0.0.1:9100. In
    /// Development they are on the service's own addresses as well; elsewhere only here, and nowhere when this is not set.
    /// </summary>
    public string Url { get; set; } = "";
}
