// What Linux has and Swift's Glibc module does not show: epoll, eventfd, and, for programs that are
// probes, three functions that glibc shows to _GNU_SOURCE only.
#include <errno.h>
#include <netinet/in.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/types.h>

extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
extern int prlimit(pid_t, int, const struct rlimit *, struct rlimit *);

/* connect(2) to an address and port in host byte order; 0, or the number of the error. In C, since
   Swift finds the members of these structures in another module at each build. */
static inline int connect_ipv4(int descriptor, uint32_t address, uint16_t port) {
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
    name.sin_addr.s_addr = htonl(address);
    return connect(descriptor, (struct sockaddr *)&name, sizeof name) == 0 ? 0 : errno;
}

static inline int connect_ipv6(int descriptor, uint64_t high, uint64_t low, uint16_t port) {
    struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    for (int i = 0; i < 8; i++) {
        name.sin6_addr.s6_addr[i] = (uint8_t)(high >> (56 - 8 * i));
        name.sin6_addr.s6_addr[8 + i] = (uint8_t)(low >> (56 - 8 * i));
    }
    return connect(descriptor, (struct sockaddr *)&name, sizeof name) == 0 ? 0 : errno;
}
