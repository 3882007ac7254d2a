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
}
