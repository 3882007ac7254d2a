using Bongsu.Telemetry.Labels;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Response.Red;

/// <summary>The folding table: every convention Bongsu reads request figures from, in order of precedence.</summary>
public static class RedDialects
{
    public static readonly RedDialect Native = new(RedKind.Native, "http_server_request_duration_seconds_count")
    {
        DurationMetric = "http_server_request_duration_seconds",
        MayBeNative = true,
        RouteLabels = ["http_route"],
        MethodLabels = ["http_request_method"],
        ErrorTypeLabels = ["error_type", "http_response_status_code"],
        ErrorMatchers = [[Status("http_response_status_code")], [Absent("http_response_status_code"), new LabelMatcher(MatchType.NotEqual, "error_type", "")]],
    };

    public static readonly RedDialect Spans = new(RedKind.Spans, "traces_spanmetrics_calls_total")
    {
        DurationMetric = "traces_spanmetrics_latency",
        Requests = new LabelMatcher(MatchType.Regex, "span_kind", "SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"),
        ServiceLabels = ["service_name"],
        RouteLabels = ["http_route"],
        OperationLabel = "span_name",
        MethodLabels = ["http_request_method"],
        ErrorTypeLabels = ["error_type", "http_response_status_code", "status_code"],
        ErrorMatchers = [[new LabelMatcher(MatchType.Equal, "status_code", "STATUS_CODE_ERROR")]],
    };

    public static readonly IReadOnlyList<RedDialect> All =
    [
        Native,
        Spans,
        new(RedKind.Legacy, "http_server_duration_milliseconds_count")
        {
            DurationMetric = "http_server_duration_milliseconds", SecondsPerUnit = 0.001,
            RouteLabels = ["http_route"], MethodLabels = ["http_method", "http_request_method"], ErrorTypeLabels = ["http_status_code"],
            ErrorMatchers = [[Status("http_status_code")]],
        },
        new(RedKind.Legacy, "http_server_requests_seconds_count") // Micrometer
        {
            DurationMetric = "http_server_requests_seconds", RouteLabels = ["uri"], MethodLabels = ["method"],
            ErrorTypeLabels = ["exception", "status"], ErrorMatchers = [[Status("status")]],
        },
        new(RedKind.Legacy, "http_request_duration_seconds_count") // client libraries, prometheus-net, FastAPI
        {
            DurationMetric = "http_request_duration_seconds", RouteLabels = ["handler", "route", "endpoint", "action", "path"],
            MethodLabels = ["method"], ErrorTypeLabels = ["status", "code", "status_code"], ErrorMatchers = StatusIn("status", "code", "status_code"),
        },
        new(RedKind.Legacy, "flask_http_request_duration_seconds_count")
        {
            DurationMetric = "flask_http_request_duration_seconds", RouteLabels = ["url_rule", "endpoint", "path"], MethodLabels = ["method"],
            ErrorTypeLabels = ["status"], ErrorMatchers = [[Status("status")]],
        },
        new(RedKind.Legacy, "flask_http_request_total")
        {
            MethodLabels = ["method"], ErrorTypeLabels = ["status"], ErrorMatchers = [[Status("status")]],
        },
        new(RedKind.Legacy, "http_requests_received_total") // prometheus-net
        {
            RouteLabels = ["endpoint", "action"], MethodLabels = ["method"], ErrorTypeLabels = ["code"], ErrorMatchers = [[Status("code")]],
        },
        new(RedKind.Legacy, "http_requests_total")
        {
            RouteLabels = ["handler", "route", "endpoint", "path"], MethodLabels = ["method"], ErrorTypeLabels = ["status", "code", "status_code"],
            ErrorMatchers = StatusIn("status", "code", "status_code"),
        },
        new(RedKind.Legacy, "http_request_count")
        {
            RouteLabels = ["handler", "route", "endpoint", "path"], MethodLabels = ["method"], ErrorTypeLabels = ["status", "code", "status_code"],
            ErrorMatchers = StatusIn("status", "code", "status_code"),
        },
        new(RedKind.Legacy, "istio_requests_total")
        {
            // The caller's proxy counts the same requests again.
            DurationMetric = "istio_request_duration_milliseconds", SecondsPerUnit = 0.001, Requests = new LabelMatcher(MatchType.Equal, "reporter", "destination"),
            ServiceLabels = ["destination_canonical_service", "destination_service_name"],
            ErrorTypeLabels = ["response_code"], ErrorMatchers = [[new LabelMatcher(MatchType.Regex, "response_code", "5..|0")]],
        },
        new(RedKind.Legacy, "traefik_service_requests_total")
        {
            DurationMetric = "traefik_service_request_duration_seconds", ServiceLabels = ["service"], MethodLabels = ["method"],
            ErrorTypeLabels = ["code"], ErrorMatchers = [[Status("code")]],
        },
        new(RedKind.Legacy, "nginx_ingress_controller_requests")
        {
            DurationMetric = "nginx_ingress_controller_request_duration_seconds", ServiceLabels = ["exported_service", "service"],
            RouteLabels = ["path"], MethodLabels = ["method"], ErrorTypeLabels = ["status"], ErrorMatchers = [[Status("status")]],
        },
        new(RedKind.Legacy, "envoy_cluster_upstream_rq")
        {
            DurationMetric = "envoy_cluster_upstream_rq_time", SecondsPerUnit = 0.001, ServiceLabels = ["envoy_cluster_name"],
            ErrorTypeLabels = ["envoy_response_code"], ErrorMatchers = [[Status("envoy_response_code")]],
        },
        new(RedKind.Legacy, "nginx_http_requests_total") { ServiceLabels = ["service_name", "job"] }, // tells neither status nor duration
    ];

    // One series has one spelling, so each alternative requires the spellings before it to be absent.
    private static IReadOnlyList<LabelMatcher>[] StatusIn(params string[] labels) =>
        [.. labels.Select((label, i) => (IReadOnlyList<LabelMatcher>)[.. labels.Take(i).Select(Absent), Status(label)])];

    private static LabelMatcher Status(string label) => new(MatchType.Regex, label, "5..");

    private static LabelMatcher Absent(string label) => new(MatchType.Equal, label, "");
}
