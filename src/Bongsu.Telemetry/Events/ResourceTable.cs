namespace Bongsu.Telemetry.Events;

/// <summary>Who sent some records: the attributes of an OTLP resource, and its schema URL.</summary>
public readonly record struct Resource(AttributeRange Attributes, Slice SchemaUrl);

/// <summary>The instrumentation scope of some records.</summary>
public readonly record struct Scope(Slice Name, Slice Version, AttributeRange Attributes, Slice SchemaUrl);

/// <summary>Keys of resource attributes that Bongsu reads itself (OpenTelemetry semantic conventions), in UTF-8.</summary>
public static class ResourceKeys
{
    public static ReadOnlySpan<byte> ServiceName => "service.name"u8;
    public static ReadOnlySpan<byte> ServiceNamespace => "service.namespace"u8;
    public static ReadOnlySpan<byte> ServiceVersion => "service.version"u8;
    public static ReadOnlySpan<byte> ServiceInstanceId => "service.instance.id"u8;
    public static ReadOnlySpan<byte> Environment => "deployment.environment.name"u8;
    /// <summary>The name before semantic conventions 1.27; the enrich stage renames it.</summary>
    public static ReadOnlySpan<byte> EnvironmentOld => "deployment.environment"u8;
}
