using System.Security.Cryptography;
using System.Text;
using Bongsu.Server.Access;
using Bongsu.Server.Hosting;
using Bongsu.Testing;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Tests.Access;

public sealed class AccessControlTests
{
    private const string Secret = "a-long-enough-secret";

    private readonly ManualTime _time = new();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void WithoutTokensThisMachineIsTheAdministrator() => Assert.Equal(Actor.Local, Control().Identify(new DefaultHttpContext().Request));

    [Theory]
    [InlineData("Bearer " + Secret, Role.View)]
    [InlineData("bearer  " + Secret, Role.View)]
    [InlineData("Bearer wrong-but-long-enough", Role.None)]
    [InlineData("Bearer", Role.None)]
    [InlineData("Basic !!!", Role.None)]
    public void BearerTokensAreKnown(string header, Role role) => Assert.Equal(role, Identify(Control(View()), header).Role);

    [Fact]
    public void BasicAuthenticationCarriesTheTokenAsPassword() =>
        Assert.Equal("ann", Identify(Control(View()), "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"anything:{Secret}"))).Name);

    [Fact]
    public void ASessionLastsTwelveHoursAndNoTamperingHelps()
    {
        var control = Control(View());
        var cookie = control.OpenSession(control.FromSecret(Secret));
        Assert.Equal(Role.View, WithCookie(control, cookie).Role);
        for (var i = 0; i < cookie.Length; i++)
        {
            var forged = cookie[..i] + (cookie[i] == '0' ? '1' : '0') + cookie[(i + 1)..];
            Assert.Equal(Role.None, WithCookie(control, forged).Role);
        }
        _time.Advance(AccessControl.SessionLength + TimeSpan.FromSeconds(1));
        Assert.Equal(Role.None, WithCookie(control, cookie).Role);
    }

    [Fact]
    public void ASessionEndsWithItsToken()
    {
        var cookie = Control(View()).OpenSession(new Actor("ann", Role.View));
        Assert.Equal(Role.None, WithCookie(Control(AccessToken.OfSecret("ann", Role.View, "another-long-secret")), cookie).Role);
        Assert.Equal(Role.None, WithCookie(Control(AccessToken.OfSecret("bob", Role.View, Secret)), cookie).Role);
    }

    [Theory]
    [InlineData("GET", "/livez", ListenerKind.Web, Role.None)]
    [InlineData("GET", "/readyz", ListenerKind.Web, Role.None)]
    [InlineData("GET", "/assets/index.js", ListenerKind.Web, Role.None)]
    [InlineData("POST", "/bongsu/v1/session", ListenerKind.Web, Role.None)]
    [InlineData("POST", "/api/v1/write", ListenerKind.Web, Role.Ingest)]
    [InlineData("POST", "/api/v1/otlp/v1/metrics", ListenerKind.Web, Role.Ingest)]
    [InlineData("POST", "/loki/api/v1/push", ListenerKind.Web, Role.Ingest)]
    [InlineData("POST", "/bongsu/v1/logs/jsonl", ListenerKind.Web, Role.Ingest)]
    [InlineData("GET", "/bongsu/v1/logs/patterns", ListenerKind.Web, Role.View)]
    [InlineData("POST", "/api/v2/spans", ListenerKind.Web, Role.Ingest)]
    [InlineData("POST", "/api/v2/silences", ListenerKind.Web, Role.Respond)]
    [InlineData("POST", "/api/traces", ListenerKind.Web, Role.Ingest)]
    [InlineData("POST", "/loki/api/v1/delete", ListenerKind.Web, Role.Admin)]
    [InlineData("GET", "/loki/api/v1/delete", ListenerKind.Web, Role.Admin)]
    [InlineData("POST", "/bongsu/v1/traces/delete", ListenerKind.Web, Role.Admin)]
    [InlineData("GET", "/bongsu/v1/traces/delete", ListenerKind.Web, Role.Admin)]
    [InlineData("POST", "/loki/api/v1/query_range", ListenerKind.Web, Role.View)]
    [InlineData("POST", "/v1/traces", ListenerKind.OtlpHttp, Role.Ingest)]
    [InlineData("POST", "/api/v1/query_range", ListenerKind.Web, Role.View)]
    [InlineData("GET", "/metrics", ListenerKind.Web, Role.View)]
    [InlineData("GET", "/bongsu/v1/now", ListenerKind.Web, Role.View)]
    [InlineData("GET", "/tempo/api/search", ListenerKind.Web, Role.View)]
    [InlineData("GET", "/jaeger/api/services", ListenerKind.Web, Role.View)]
    [InlineData("POST", "/bongsu/v1/incidents/INC-1/notes", ListenerKind.Web, Role.Respond)]
    [InlineData("POST", "/-/reload", ListenerKind.Web, Role.Admin)]
    public void PathsNeedRoles(string method, string path, ListenerKind listener, Role role)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = path;
        Assert.Equal(role, AccessRules.RoleFor(context.Request, listener));
    }

    [Theory]
    [InlineData(Role.Ingest, Role.Ingest, true)]
    [InlineData(Role.Ingest, Role.View, false)]
    [InlineData(Role.View, Role.Ingest, false)]
    [InlineData(Role.Respond, Role.View, true)]
    [InlineData(Role.View, Role.Respond, false)]
    [InlineData(Role.Admin, Role.Ingest, true)]
    [InlineData(Role.None, Role.None, true)]
    public void RolesMayWhatTheyMay(Role has, Role needs, bool may) => Assert.Equal(may, new Actor("x", has).May(needs));

    private AccessControl Control(params AccessToken[] tokens) => new(tokens, _key, _time);

    private static AccessToken View() => AccessToken.OfSecret("ann", Role.View, Secret);

    private static Actor Identify(AccessControl control, string header)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = header;
        return control.Identify(context.Request);
    }

    private static Actor WithCookie(AccessControl control, string cookie)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = $"{AccessControl.CookieName}={cookie}";
        return control.Identify(context.Request);
    }
}
