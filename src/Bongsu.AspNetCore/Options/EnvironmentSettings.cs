using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Bongsu.AspNetCore.Options;

/// <summary>Reads the standard OTEL_* settings into options, noting every value it cannot use. Read before code sets options, so code wins.</summary>
internal sealed class EnvironmentSettings(IConfiguration configuration, BongsuOptions options, List<string> problems)
{
    public void Apply()
    {
        if (Text("OTEL_RESOURCE_ATTRIBUTES") is { } attributes)
            Pairs("OTEL_RESOURCE_ATTRIBUTES", attributes, options.ResourceAttributes);
        Identity();
        Exporter();
        if (Text("OTEL_SDK_DISABLED") is { } disabled && disabled.Equals("true", StringComparison.OrdinalIgnoreCase))
            options.Export.Enabled = false;
        options.Traces.Enabled &= !IsNone("OTEL_TRACES_EXPORTER");
        options.Metrics.Enabled &= !IsNone("OTEL_METRICS_EXPORTER");
        options.Logs.Enabled &= !IsNone("OTEL_LOGS_EXPORTER");
        Sampler();
        Milliseconds("OTEL_METRIC_EXPORT_INTERVAL", ms => options.Metrics.Interval = ms);
        Milliseconds("OTEL_BSP_SCHEDULE_DELAY", ms => options.Export.BatchDelay = ms);
        Integer("OTEL_BSP_MAX_QUEUE_SIZE", n => options.Export.QueueSize = n);
        Integer("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", n => options.Export.BatchSize = n);
        Integer("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", n => options.Export.MaxValueLength = n);
        Integer("OTEL_ATTRIBUTE_COUNT_LIMIT", n => options.Export.MaxAttributes = n);
        Milliseconds("BONGSU_SHUTDOWN_DELAY_MS", ms => options.Shutdown.Delay = ms);
    }

    private void Identity()
    {
        if (Text("OTEL_SERVICE_NAME") is { } name)
            options.ServiceName = name;
        else if (options.ResourceAttributes.TryGetValue("service.name", out var attribute))
            options.ServiceName = attribute;
        if (options.ResourceAttributes.TryGetValue("service.version", out var version))
            options.ServiceVersion = version;
        if (options.ResourceAttributes.TryGetValue("deployment.environment.name", out var environment))
            options.EnvironmentName = environment;
        // Why: the dedicated options carry these from here on, and code that sets them must win.
        options.ResourceAttributes.Remove("service.name");
        options.ResourceAttributes.Remove("service.version");
        options.ResourceAttributes.Remove("deployment.environment.name");
    }

    private void Exporter()
    {
        var export = options.Export;
        Endpoint("OTEL_EXPORTER_OTLP_ENDPOINT", uri => export.Endpoint = uri);
        Endpoint("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", uri => export.TracesEndpoint = uri);
        Endpoint("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", uri => export.MetricsEndpoint = uri);
        Endpoint("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", uri => export.LogsEndpoint = uri);
        if (Text("OTEL_EXPORTER_OTLP_HEADERS") is { } headers)
            Pairs("OTEL_EXPORTER_OTLP_HEADERS", headers, export.Headers);
        Milliseconds("OTEL_EXPORTER_OTLP_TIMEOUT", ms => export.Timeout = ms);
        switch (Text("OTEL_EXPORTER_OTLP_COMPRESSION"))
        {
            case null or "none": break;
            case "gzip": export.Gzip = true; break;
            default: problems.Add("OTEL_EXPORTER_OTLP_COMPRESSION must be gzip or none."); break;
        }
        if (Text("OTEL_EXPORTER_OTLP_PROTOCOL") is { } protocol && protocol != "http/protobuf")
            problems.Add($"OTEL_EXPORTER_OTLP_PROTOCOL is '{protocol}'; only http/protobuf is spoken (usually port 4318).");
    }

    private void Sampler()
    {
        switch (Text("OTEL_TRACES_SAMPLER"))
        {
            case null or "always_on" or "parentbased_always_on":
                break;
            case "always_off" or "parentbased_always_off":
                options.Traces.SampleRatio = 0;
                break;
            case "traceidratio" or "parentbased_traceidratio":
                if (double.TryParse(Text("OTEL_TRACES_SAMPLER_ARG") ?? "1", NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio))
                    options.Traces.SampleRatio = ratio;
                else
                    problems.Add("OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1.");
                break;
            case { } other:
                problems.Add($"OTEL_TRACES_SAMPLER '{other}' is unknown; use always_on, always_off or traceidratio.");
                break;
        }
    }

    private bool IsNone(string name) => string.Equals(Text(name), "none", StringComparison.OrdinalIgnoreCase);

    private string? Text(string name) => configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    private void Endpoint(string name, Action<Uri> set)
    {
        if (Text(name) is not { } text)
            return;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && OptionsValidation.IsHttp(uri))
            set(uri);
        else
            problems.Add($"{name} must be an absolute http or https address.");
    }

    private void Milliseconds(string name, Action<TimeSpan> set) => Integer(name, n => set(TimeSpan.FromMilliseconds(n)));

    private void Integer(string name, Action<int> set)
    {
        if (Text(name) is not { } text)
            return;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            set(number);
        else
            problems.Add($"{name} must be a whole number.");
    }

    private void Pairs(string name, string text, IDictionary<string, string> into)
    {
        foreach (var pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = pair.IndexOf('=');
            // Why: the pair is not repeated in the message; it may hold a token.
            if (equals <= 0)
                problems.Add($"{name}: every entry must be key=value, separated by commas.");
            else
                into[Uri.UnescapeDataString(pair[..equals].Trim())] = Uri.UnescapeDataString(pair[(equals + 1)..].Trim());
        }
    }
}
