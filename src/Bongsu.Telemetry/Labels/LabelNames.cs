namespace Bongsu.Telemetry.Labels;

/// <summary>Label names that have a meaning to Bongsu itself.</summary>
public static class LabelNames
{
    public const string MetricName = "__name__";
    public const string Bucket = "le";
    public const string Quantile = "quantile";
    public const string Job = "job";
    public const string Instance = "instance";
    public const string ServiceName = "service_name";
    public const string ServiceVersion = "service_version";
    public const string Environment = "deployment_environment_name";
    public const string Level = "level";

    /// <summary>
    /// On a log stream: the name of a label that Bongsu found out and the sender did not give. Both are left out of answers to who did not ask
    /// (see <see cref="Logs.StreamLabels"/>).
    /// </summary>
    public const string Discovered = "__discovered__";
}
