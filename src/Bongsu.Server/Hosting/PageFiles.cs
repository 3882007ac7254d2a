using Microsoft.Extensions.FileProviders;

namespace Bongsu.Server.Hosting;

/// <summary>Serves the built web page from the server's own files; every path that is no file and no API gets the page itself.</summary>
public static class PageFiles
{
    private const string NotBuilt =
        "The web page is not built into this server. Run ./bongsu, which builds it, or `npm ci && npm run build` in web/ and build the server again.\n";

    public static void UsePageFiles(this IApplicationBuilder app)
    {
        var root = Path.Combine(AppContext.BaseDirectory, "page");
        if (!File.Exists(Path.Combine(root, "index.html")))
        {
            app.Run(context => NotBuiltAsync(context));
            return;
        }
        var files = new PhysicalFileProvider(root);
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = context =>
            {
                // Vite puts a hash of the content into the names under /assets.
                var isHashed = context.Context.Request.Path.StartsWithSegments("/assets");
                context.Context.Response.Headers.CacheControl = isHashed ? "public, max-age=31536000, immutable" : "no-cache";
            },
        });
        var index = files.GetFileInfo("index.html");
        app.Run(async context =>
        {
            if (!IsPage(context.Request))
            {
                context.Response.StatusCode = 404;
                await context.Response.WriteAsJsonAsync(new { error = new { code = "notFound", message = $"There is nothing at {context.Request.Path}." } });
                return;
            }
            context.Response.ContentType = "text/html; charset=utf-8";
            context.Response.Headers.CacheControl = "no-cache";
            await context.Response.SendFileAsync(index);
        });
    }

    private static bool IsPage(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && !Path.HasExtension(request.Path)
        && !Access.AccessRules.IsApi(request.Path);

    private static Task NotBuiltAsync(HttpContext context)
    {
        context.Response.StatusCode = 404;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(NotBuilt);
    }
}
