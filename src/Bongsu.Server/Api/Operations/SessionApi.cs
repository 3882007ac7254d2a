using Bongsu.Server.Access;
using Bongsu.Server.Hosting;

namespace Bongsu.Server.Api.Operations;

/// <summary>Who is looking at the page, and how to become somebody: <c>/bongsu/v1/session</c>.</summary>
public static class SessionApi
{
    public sealed record Login(string? Token);

    /// <param name="Authenticated">Whether the reader may see the page.</param>
    /// <param name="AuthRequired">Whether a token is needed at all.</param>
    /// <param name="Name">Who reads.</param>
    /// <param name="Role">What they may.</param>
    /// <param name="Version">Of the server.</param>
    /// <param name="Demo">The profile with shortened windows.</param>
    /// <param name="OtlpHttpPort">Where OTLP over HTTP is taken, for the commands that the page shows.</param>
    /// <param name="Notes">What whoever started it should read.</param>
    public sealed record Session(bool Authenticated, bool AuthRequired, string Name, string Role, string Version, bool Demo, int OtlpHttpPort, IReadOnlyList<string> Notes);

    public static void Map(IEndpointRouteBuilder routes, AccessControl control, bool demo, Func<int> otlpHttpPort, Func<IReadOnlyList<string>> notes)
    {
        routes.MapGet("/bongsu/v1/session", (HttpContext context) => Results.Ok(Describe(context.Features.Get<Actor>() ?? Actor.Nobody)));

        routes.MapPost("/bongsu/v1/session", (HttpContext context, Login login) =>
        {
            var actor = control.IsRequired ? control.FromSecret(login.Token ?? "") : Actor.Local;
            if (!actor.May(Role.View))
                return Results.Json(new { error = new { code = "unauthenticated", message = "No token of that value may see this page." } }, statusCode: 401);
            if (control.IsRequired)
            {
                context.Response.Cookies.Append(AccessControl.CookieName, control.OpenSession(actor), new CookieOptions
                {
                    HttpOnly = true,
                    SameSite = SameSiteMode.Strict,
                    Secure = context.Request.IsHttps,
                    MaxAge = AccessControl.SessionLength,
                });
            }
            return Results.Ok(Describe(actor));
        });

        routes.MapDelete("/bongsu/v1/session", (HttpContext context) =>
        {
            context.Response.Cookies.Delete(AccessControl.CookieName);
            return Results.NoContent();
        });

        Session Describe(Actor actor)
        {
            var known = actor.May(Role.View);
            return new Session(known, control.IsRequired, actor.Name, actor.Role.ToString().ToLowerInvariant(), known ? BongsuVersion.Text : "", demo, known ? otlpHttpPort() : 0, known ? notes() : []);
        }
    }
}
