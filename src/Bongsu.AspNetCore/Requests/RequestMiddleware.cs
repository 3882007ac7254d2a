using System.Diagnostics;
using System.Globalization;
using Bongsu.AspNetCore.Shutdown;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Requests;

/// <summary>Outermost: gives each request its id, completes its span and metric, and writes its summary line.</summary>
internal sealed class RequestMiddleware(
    RequestDelegate next, BongsuOptions options, InFlightRequests inFlight, ServiceState state, TimeProvider time, ILogger<RequestMiddleware> logger)
{
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        if (IsIgnored(context.Request.Path))
        {
            Untraced(context);
            await next(context);
            return;
        }
        var request = new InFlightRequest(context, RequestId.From(context.Request.Headers[RequestId.Header]), time.GetTimestamp());
        var timings = new RequestTimings(options);
        var route = RouteOf(context);
        Begin(context, request, timings);
        inFlight.Enter(request);
        using var scope = logger.BeginScope(new RequestScope(request.RequestId));
        try
        {
            await next(context);
            var handled = context.Features.Get<IExceptionHandlerFeature>()?.Error;
            Finish(context, request, timings, Outcome(context, RouteOf(context) ?? route, handled, context.Response.StatusCode));
        }
        catch (Exception e)
        {
            var outcome = Outcome(context, RouteOf(context) ?? route, e, StatusOf(context, e));
            Finish(context, request, timings, outcome);
            if (outcome.Status != ClientClosedRequest || context.Response.HasStarted)
                throw;
            // Why not thrown on: nobody is left to answer, and the server would log a caller's impatience as a fault.
            context.Response.StatusCode = ClientClosedRequest;
        }
        finally
        {
            inFlight.Leave(request);
        }
    }

    public static void Untraced(HttpContext context)
    {
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
            metrics.MetricsDisabled = true;
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { } activity)
        {
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            activity.IsAllDataRequested = false;
        }
    }

    private bool IsIgnored(PathString path)
    {
        foreach (var ignored in options.Requests.IgnoredPaths)
        {
            if (path.StartsWithSegments(ignored))
                return true;
        }
        return false;
    }

    private void Begin(HttpContext context, InFlightRequest request, RequestTimings timings)
    {
        context.TraceIdentifier = request.RequestId;
        context.Response.OnStarting(AddHeaders, request);
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { } activity)
            timings.AttachTo(activity);
    }

    private Task AddHeaders(object started)
    {
        var request = (InFlightRequest)started;
        request.Context.Response.Headers[RequestId.Header] = request.RequestId;
        // Callers on kept-alive connections have to find another instance while this one leaves.
        if (state.IsStopping && request.Context.Request.Protocol == HttpProtocol.Http11)
            request.Context.Response.Headers.Connection = "close";
        return Task.CompletedTask;
    }

    private static RequestOutcome Outcome(HttpContext context, string? route, Exception? exception, int status)
    {
        var errorClass = exception is not null && status >= 400 ? ErrorClassifier.Classify(exception) : ErrorClassifier.Classify(status);
        // Why: a cancellation the caller did not ask for is a time limit on something this service waited for.
        if (errorClass == ErrorClasses.Cancelled && status != ClientClosedRequest)
            errorClass = ErrorClasses.DependencyTimeout;
        var errorType = status < 500 && status != ClientClosedRequest ? null : exception?.GetType().FullName ?? status.ToString(CultureInfo.InvariantCulture);
        return new RequestOutcome(route, ServerSpan.KnownMethod(context.Request.Method), status, errorType, errorClass, exception);
    }

    private static int StatusOf(HttpContext context, Exception exception) =>
        exception is BadHttpRequestException bad ? bad.StatusCode
        : context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException ? ClientClosedRequest
        : context.Response.HasStarted && context.Response.StatusCode >= 500 ? context.Response.StatusCode
        : StatusCodes.Status500InternalServerError;

    private void Finish(HttpContext context, InFlightRequest request, RequestTimings timings, RequestOutcome outcome)
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { } activity)
            ServerSpan.Complete(activity, context, outcome, options.Requests.CapturedHeaders, request.RequestId);
        if (outcome.IsFailure)
            CompleteMetric(context, outcome);
        if (!options.Requests.Summary)
            return;
        var level = outcome.IsFailure ? LogLevel.Error : LogLevel.Information;
        if (!logger.IsEnabled(level))
            return;
        var summary = new RequestSummary(outcome, time.GetElapsedTime(request.StartTimestamp).TotalMilliseconds, timings);
        logger.Log(level, RequestSummary.Event, summary, outcome.IsFailure ? outcome.Exception : null, static (s, _) => s.ToString());
    }

    // The framework names the error of an exception, but on .NET 10 not that of a returned 5xx.
    private static void CompleteMetric(HttpContext context, RequestOutcome outcome)
    {
        if (context.Features.Get<IHttpMetricsTagsFeature>() is not { } metrics)
            return;
        metrics.Tags.Add(new(RequestSummary.ErrorClass, outcome.ErrorClass));
        if (outcome.Exception is null && !metrics.Tags.Any(t => t.Key == "error.type"))
            metrics.Tags.Add(new("error.type", outcome.ErrorType));
    }

    private static string? RouteOf(HttpContext context)
    {
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        var route = endpoint?.Metadata.GetMetadata<IRouteDiagnosticsMetadata>()?.Route;
        return route is null || route.StartsWith('/') ? route : "/" + route;
    }
}
