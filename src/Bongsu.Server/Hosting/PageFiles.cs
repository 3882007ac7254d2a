using Bongsu.Server.Access;
using Microsoft.Extensions.FileProviders;

namespace Bongsu.Server.Hosting;

/// <summary>Serves the built web page from the server's own files; every path that is no file and no API gets the page itself.</summary>
internal static class PageFiles
{
    private const string NotBuilt =
        "The web page is not built into this server. Run ./bongsu, which builds it, or `npm ci && npm run build` in web/ and build the server again.\n";

    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "page");

    /// <summary>Files of the page by name; call it before routing.</summary>
    public static void UsePageFiles(this IApplicationBuilder app)
    {
        if (!Directory.Exists(Root))
            return;
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(Root),
            OnPrepareResponse = file =>
            {
                // Vite puts a hash of the content into the names under /assets.
                var isHashed = file.Context.Request.Path.StartsWithSegments("/assets");
                file.Context.Response.Headers.CacheControl = isHashed ? "public, max-age=31536000, immutable" : "no-cache";
            },
        });
    }

    /// <summary>The page itself, for whatever no other route takes.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapFallback("{*path}", AnswerAsync).ExcludeFromDescription();

    private static Task AnswerAsync(HttpContext context)
    {
        var index = Path.Combine(Root, "index.html");
        if (!IsPage(context.Request))
            return MissingAsync(context);
        context.Response.Headers.CacheControl = "no-cache";
        if (File.Exists(index))
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.SendFileAsync(index);
        }
        context.Response.StatusCode = 404;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(NotBuilt);
    }

    private static bool IsPage(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && (!Path.HasExtension(request.Path) || WantsHtml(request)) && !AccessRules.IsApi(request.Path);

    // A service or an objective may have a dot in its name: /slos/gateway.latency is a page and no file.
    private static bool WantsHtml(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static Task MissingAsync(HttpContext context)
    {
        context.Response.StatusCode = 404;
        return context.Response.WriteAsJsonAsync(new { error = new { code = "notFound", message = $"There is nothing at {context.Request.Method} {context.Request.Path}." } });
    }
}
