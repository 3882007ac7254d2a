namespace Bongsu.Server.Hosting;

/// <summary>Answers probes under the paths that Loki, Tempo and Prometheus have for them, so that what watches those can watch Bongsu.</summary>
internal static class ProbePaths
{
    public static void UseProbePaths(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Request.Path = context.Request.Path.Value switch
        {
            "/ready" or "/loki/ready" or "/tempo/ready" or "/-/ready" => "/readyz",
            "/-/healthy" => "/livez",
            _ => context.Request.Path,
        };
        return next(context);
    });
}
